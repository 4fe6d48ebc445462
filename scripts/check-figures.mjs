// `npm run figures`: trains on the shared retail data, replays the first 400 validation queries, lets the generator fall
// behind, and holds the README's figures and lower bounds against what comes out. Prints one JSON line; exits 1 where one is off, 0 and "skipped" without the data.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const data = fileURLToPath(new URL('../../shared/data/online-retail/', import.meta.url));
const bundle = 'build/figures';

if (!existsSync(data)) {
  console.log('skipped: figures: the shared data is not here');
  process.exit(0);
}

function nearside(...args) {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/nearside.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout);
}

const trained = nearside('train', '--data', data, '--out', bundle);
const queries = `${data}rerank_valid.csv.gz`;
const replayed = nearside(
  ...['replay', '--data', data, '--bundle', bundle, '--queries', queries],
  ...['--engine', 'wasm', '--against', 'linear', '--limit', '400'],
);

const { events } = nearside('bench', 'freshness', '--data', data, '--bundle', bundle);
const behind = events.find((lag) => lag.behind === 2);

// the formatter pads tables
const readme = readFileSync(`${root}README.md`, 'utf8').replace(/ +/g, ' ');
/** The number that the README gives in the row of that name. */
const claimed = (row) =>
  Number(readme.match(new RegExp(`${RegExp.escape(`| ${row} |`)}[^|\\d.]*([\\d.]+)`))?.[1] ?? Number.NaN);
const ratio = replayed.p50Ms / replayed.against.p50Ms;

const checks = {
  'every query on wasm': replayed.tiers.wasm === replayed.queries,
  // training differs in the last bits between processors, and 400 queries are a sample of the 2,566
  'NDCG@10 near the README': Math.abs(replayed['NDCG@10'] - claimed('validation NDCG@10, `wasm`')) < 0.05,
  'trained NDCG@10 at least .55': trained.valid['NDCG@10'] >= 0.55,
  'trained linear NDCG@10 at least .53': trained.linear['NDCG@10'] >= 0.53,
  'above linear': replayed.against.difference.mean > 0,
  'recovers half at a lag of two': behind.model.recovered.ratio >= 0.5,
  'above linear at a lag of two': behind.modelMinusLinear.low > 0,
  'rank.onnx as in the README': Math.abs(trained.onnxBytes / 1000 - claimed('retail `rank.onnx`, kB')) < 1,
  'payload as in the README':
    Math.abs(trained.payloadBytes / 1000 - claimed('`vec` and `nbrs` of 100 candidates, gzip, kB')) < 1,
  'time ratio near the README':
    Math.abs(Math.log(ratio / claimed('time of a `slate()` call, `wasm` to `linear`'))) < Math.log(2),
};
const failed = Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]));
console.log(JSON.stringify({ failed, ratio: Math.round(ratio * 100) / 100, behind, trained, replayed }));
process.exit(failed.length === 0 ? 0 : 1);
