import { expect, test } from 'vitest';
import { WATCH_PATH } from '../../bench/home-watch.ts';
import { type LoadedPage, countOurs, nameLongTasks } from '../../bench/long-tasks.ts';
import { repeatItems, repeatLinks } from '../../bench/many-candidates.ts';
import { tasksOf } from '../../bench/task-trace.ts';

const task = (startMs: number, cpuMs: number) => ({ startMs, endMs: startMs + cpuMs, cpuMs, layoutMs: 10 });
const script = ([startMs, durationMs]: [number, number], path: string, entry: string) => ({
  ...{ startMs, durationMs, path, entry },
});

const LOAD: LoadedPage = {
  ...{ lcpMs: 1, inpMs: 1, cls: 0 },
  tasks: [task(100, 60), task(300, 80), task(500, 70), task(700, 90), task(900, 55)],
  scripts: [
    script([100, 10], '/demo/shop.js', 'http://localhost:1/demo/shop.js'),
    script([110, 50], '/nearside/index-CFa-qP.js', 'decide@12'),
    script([360, 140], '/nearside/define-Bskif9.js', '#q@7'),
    script([700, 90], '', 'DIV#scroller.onscroll'),
    script([900, 50], WATCH_PATH, 'DOMWindow.onclick'),
  ],
  slates: [
    { placement: 'home', atMs: 150, candidates: 500 },
    { placement: 'finds', atMs: 520, candidates: 500 },
  ],
};

test('a long task is named by the script that took longest in it and by the slate that it led to', () => {
  expect(nameLongTasks([LOAD]).map(({ slate, script: file, entry }) => [slate, file, entry])).toEqual([
    [null, '', 'DIV#scroller.onscroll'],
    ['finds', '/nearside/define.js', '#q@7'],
    ['finds', null, null],
    ['home', '/nearside/index.js', 'decide@12'],
    [null, WATCH_PATH, 'DOMWindow.onclick'],
  ]);
  // neither what the browser does by itself nor what the bench does
  expect(countOurs(LOAD)).toBe(3);
});

test('the same task of two loads is one, with what it took in each, the longest first', () => {
  const again = { ...LOAD, tasks: [task(100, 200)] };
  const [first] = nameLongTasks([LOAD, again]);
  expect(first).toEqual({
    ...{ slate: 'home', script: '/nearside/index.js', entry: 'decide@12' },
    ...{ cpuMs: [60, 200], layoutMs: [10, 10] },
  });
});

test('a trace tells the tasks of the page that was asked for, after it began, with the work of its own thread', () => {
  const [own, other] = [
    { pid: 1, tid: 1 },
    { pid: 2, tid: 2 },
  ];
  const began = (url: string) => ({ name: 'navigationStart', ph: 'R', args: { data: { documentLoaderURL: url } } });
  const ran = (name: string, ts: number, [dur, tdur]: [number, number]) => ({ name, ph: 'X', ts, dur, tdur, args: {} });
  const TASK = 'ThreadControllerImpl::RunTask';
  const events = [
    { ...own, ...ran(TASK, 1_000, [90_000, 90_000]) },
    { ...own, ts: 100_000, ...began('http://page/') },
    { ...other, ts: 100_000, ...began('http://other/') },
    { ...other, ...ran(TASK, 200_000, [90_000, 90_000]) },
    { ...own, ...ran(TASK, 300_000, [90_000, 60_000]) },
    { ...own, ...ran('Layout', 310_000, [9_000, 8_000]) },
    { ...own, ...ran('UpdateLayoutTree', 380_000, [5_000, 4_000]) },
    { ...own, ...ran('Layout', 395_000, [9_000, 9_000]) },
  ];
  expect(tasksOf(events, 'http://page/')).toEqual([{ startMs: 200, endMs: 290, cpuMs: 60, layoutMs: 12 }]);
  expect(() => tasksOf(events, 'http://gone/')).toThrow('http://gone/');
});

const item = (id: string): string =>
  `<li class="card" data-item-id="${id}"><a href="/product/${id}">${id} &lt;</a></li>`;
const carousel = (placement: string, ids: readonly string[]): string =>
  `<rec-carousel class="shelf" placement="${placement}"><ol>${ids.map(item).join('')}</ol>
  <script type="application/json">${JSON.stringify({ requestId: 'r', items: ids.map((id) => ({ id, title: '$&' })) })}</script>
  </rec-carousel>`;

test('a page can have any number of candidates in one carousel, each a link and an item of its own', () => {
  const [before, after] = [`<h1>Shop</h1>${carousel('home', ['x'])}`, `${carousel('finds', ['y'])}<footer></footer>`];
  const page = `${before}${carousel('picked', ['a', 'b'])}${after}`;
  const longer = repeatLinks(page, 'picked', 5);
  expect([longer.slice(0, before.length), longer.slice(-after.length)]).toEqual([before, after]);
  const made = longer.slice(before.length, -after.length);
  const ids = ['a', 'b', 'a~1', 'b~1', 'a~2'];
  expect(
    [...made.matchAll(/data-item-id="([^"]+)"><a href="\/product\/(.)"/g)].map(([, id, product]) => [id, product]),
  ).toEqual(ids.map((id) => [id, id[0]]));
  const data = JSON.parse(/json">([^]*?)<\/script>/.exec(made)?.[1] ?? '') as unknown;
  expect(data).toEqual({ requestId: 'r', items: ids.map((id) => ({ id, title: '$&' })) });
  expect(() => repeatLinks(page, 'nowhere', 3)).toThrow('nowhere');
  expect(() => repeatItems({ items: [] }, 3)).toThrow('without items');
});
