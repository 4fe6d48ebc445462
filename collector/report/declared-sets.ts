import { inTransaction, openReader, openWriter } from '../log-database.ts';
import type { DeclaredSet } from './design.ts';

/** The schema that has the table. */
const FIRST_VERSION = 4;

/**
 * Keeps a set of experiments as it was written, with the time: what is analysed is declared before it starts. A set that
 * is the newest one already is not kept again. Throws where the file is no log.
 */
export function declareExperiments(file: string, body: unknown, now: number): { readonly isNew: boolean } {
  const text = JSON.stringify(body);
  const database = openWriter(file);
  try {
    return inTransaction(database, () => {
      const last = database.prepare('SELECT body FROM experiment_sets ORDER BY seq DESC LIMIT 1').get();
      if (last?.['body'] === text) return { isNew: false };
      database.prepare('INSERT INTO experiment_sets (declared_at, body) VALUES (?, ?)').run(now, text);
      return { isNew: true };
    });
  } finally {
    database.close();
  }
}

/** Oldest first. Throws where the file is no log. */
export function readDeclaredSets(file: string): readonly DeclaredSet[] {
  const database = openReader(file);
  try {
    const version = Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0]);
    if (version < FIRST_VERSION) return [];
    const rows = database.prepare('SELECT declared_at, body FROM experiment_sets ORDER BY seq').all();
    return rows.map((row) => ({
      declaredAt: Number(row['declared_at']),
      body: JSON.parse(String(row['body'])) as unknown,
    }));
  } finally {
    database.close();
  }
}
