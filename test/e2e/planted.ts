import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Ids that stand nowhere else on the disk. */
export const PLANTED = Array.from({ length: 60 }, (_, i) => `planted-${String(i).padStart(2, '0')}-b7f3c1`);

/**
 * The planted ids whose bytes stand in any file of a browser's profile, as UTF-8 or UTF-16; but for those of Chromium's
 * local storage, which may hold what was on its way just when they were written (docs/decisions/erase.md).
 */
export function foundOnDisk(profileDir: string): string[] {
  const files = readdirSync(profileDir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('Local Storage'),
  );
  const bytes = files.flatMap((entry) => readIfThere(join(entry.parentPath, entry.name)));
  return PLANTED.filter((id) =>
    (['utf8', 'utf16le'] as const).some((code) => bytes.some((file) => file.includes(Buffer.from(id, code)))),
  );
}

/** A browser at work removes files between the listing and the reading. */
function readIfThere(file: string): Buffer[] {
  try {
    return [readFileSync(file)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Records a view and a purchase of each, on a page of the demo. */
export const recordAll = (ids: readonly string[]): string => `(async () => {
  const { kit } = globalThis.nearsideDemo;
  for (const itemId of ${JSON.stringify(ids)}) {
    await kit.record({ kind: 'view', itemId });
    await kit.record({ kind: 'purchase', itemId });
  }
})()`;
