import { expect, test } from 'vitest';
import { torture } from '../../bench/torture.ts';

/** The quick rows; `nearside torture` plays all. */
test.each(['kill', 'navigate', 'leave'])('torture, row %s: no event is lost or stored twice', async (row) => {
  const { rows } = await torture({ rows: [row], progress: () => undefined });
  expect(rows.map(({ lost, duplicates, faults: words }) => ({ lost, duplicates, words }))).toEqual([
    { lost: 0, duplicates: 0, words: [] },
  ]);
});

test('torture refuses a row that there is not', async () => {
  await expect(torture({ rows: ['rain'], progress: () => undefined })).rejects.toThrow('there is no row "rain"');
});
