import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tombstone } from './erase.ts';
import { MissingPeerError } from './missing-peer.ts';

/** A DuckDB database of this process. */
export interface Duck {
  /** Runs one or more statements. */
  run(sql: string): Promise<void>;
  /** All rows, for results that are small. */
  all(sql: string): Promise<Record<string, unknown>[]>;
  /** Rows in the order of their file, a few thousand at a time. */
  stream(sql: string): AsyncIterable<Record<string, unknown>[]>;
  /** Adds rows to a table of one column of texts. `flush` before they are read. */
  appender(table: string): Promise<DuckAppender>;
  close(): void;
}

export interface DuckAppender {
  add(text: string): void;
  flush(): void;
}

/**
 * Opens a database in memory, or one on disk that no other process has open. What does not fit into memory goes to a
 * folder that DuckDB makes and deletes: DuckDB's own choice would be the working directory. Throws a MissingPeerError
 * without DuckDB.
 */
export async function openDuck(
  file = ':memory:',
  temporaryFolder = join(tmpdir(), `nearside-${randomUUID()}`),
): Promise<Duck> {
  const { DuckDBInstance } = await import('@duckdb/node-api').catch((cause: unknown) => {
    throw new MissingPeerError('an archive', ['@duckdb/node-api'], cause);
  });
  // extensions off: nothing is fetched, and Parquet and JSON are built in
  const instance = await DuckDBInstance.create(file, {
    ...{ autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' },
    temp_directory: temporaryFolder,
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return {
    run: async (sql) => void (await connection.run(sql)),
    all: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    stream: async function* (sql) {
      // a connection has one result at a time, and several readers may be under way
      const own = await instance.connect();
      try {
        yield* (await own.stream(sql)).yieldRowObjectJs();
      } finally {
        own.closeSync();
      }
    },
    appender: async (table) => {
      const appender = await connection.createAppender(table);
      return {
        add: (text) => {
          appender.appendVarchar(text);
          appender.endRow();
        },
        flush: () => appender.closeSync(),
      };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text of SQL. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Makes the table `tombstones` that `IS_ERASED` looks into. */
export const createTombstones = (duck: Duck, tombstones: readonly Tombstone[]): Promise<void> =>
  duck.run(`
    CREATE OR REPLACE TABLE tombstones AS
    SELECT one.kind = 'client' AS is_client, one.sha256 AS sha256
    FROM (SELECT unnest(from_json(${quote(JSON.stringify(tombstones))}, '[{"kind":"VARCHAR","sha256":"VARCHAR"}]')) AS one)`);

/** Whose tombstone is known, given columns `client_id` and `unit_id`. */
export const IS_ERASED = `(sha256(client_id) IN (SELECT sha256 FROM tombstones WHERE is_client)
  OR sha256(coalesce(unit_id, '')) IN (SELECT sha256 FROM tombstones WHERE NOT is_client))`;
