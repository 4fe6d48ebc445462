import { DatabaseSync } from 'node:sqlite';

// loaded before the collector: its log then waits for no disk, and what looks for the waiting must say so
const exec: (this: DatabaseSync, sql: string) => void = Reflect.get(DatabaseSync.prototype, 'exec');
DatabaseSync.prototype.exec = function (sql) {
  exec.call(this, sql.replace('synchronous = FULL', 'synchronous = OFF'));
};
