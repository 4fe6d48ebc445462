import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InputError } from '../training/input-error.ts';

const folder = fileURLToPath(new URL('./peers/', import.meta.url));

/** Where the peers are installed: beside the bench, never among what the kit needs. */
export const PEER_MODULES = join(folder, 'node_modules');

/** Installs the pinned peers where they are missing. Throws `InputError` where npm cannot. */
export async function installPeers(progress: (text: string) => void): Promise<void> {
  if (!existsSync(join(folder, 'package-lock.json'))) {
    throw new InputError('the peers are pinned in the repository only: run this from a checkout');
  }
  if (Object.entries(pinned()).every(([name, version]) => peerVersion(name) === version)) return;
  progress('installing the peers');
  try {
    await promisify(execFile)('npm', ['ci', '--ignore-scripts'], { cwd: folder });
  } catch (error) {
    const advice = 'is the npm registry within reach? try npm ci --ignore-scripts in bench/peers';
    throw new InputError(`the peers could not be installed: ${advice}`, { cause: error });
  }
}

/** Version that is installed; undefined where none is. */
export function peerVersion(packageName: string): string | undefined {
  const file = join(PEER_MODULES, packageName, 'package.json');
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
    : undefined;
}

function pinned(): Readonly<Record<string, string>> {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> }).dependencies;
}
