import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InputError } from '../training/input-error.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Peers live in folders beside the bench, each with its own package.json and lock file, never among what the kit needs. */
export const SDK_PEERS = fromHere('./peers');
export const CAROUSEL_PEERS = fromHere('./peers/carousels');

/** Where the peers of a folder are installed. */
export const modulesOf = (folder: string): string => join(folder, 'node_modules');

/** Installs the pinned peers of a folder where they are missing. Throws `InputError` where npm cannot. */
export async function installPeers(folder: string, progress: (text: string) => void): Promise<void> {
  if (!existsSync(join(folder, 'package-lock.json'))) {
    throw new InputError('the peers are pinned in the repository only: run this from a checkout');
  }
  if (Object.entries(pinned(folder)).every(([name, version]) => peerVersion(folder, name) === version)) return;
  progress('installing the peers');
  try {
    await promisify(execFile)('npm', ['ci', '--ignore-scripts'], { cwd: folder });
  } catch (error) {
    const advice = `is the npm registry within reach? try npm ci --ignore-scripts in ${relative(fromHere('..'), folder)}`;
    throw new InputError(`the peers could not be installed: ${advice}`, { cause: error });
  }
}

/** Version that is installed; undefined where none is. */
export function peerVersion(folder: string, packageName: string): string | undefined {
  const file = join(modulesOf(folder), packageName, 'package.json');
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
    : undefined;
}

function pinned(folder: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> }).dependencies;
}
