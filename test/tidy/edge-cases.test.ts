/**
 * The edge cases that a practitioner would test, by number: each is carried by a test whose title begins
 * with it (`B.9.7: …`, several as `J3.1, B.9.31: …`), or it stands below as not there yet, with the reason.
 * A title of an unknown number fails, and so does one of a number that is said to be missing, so that the
 * list of what is missing only becomes shorter.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const tests = fileURLToPath(new URL('..', import.meta.url));
/** Cases are numbered from 1 without gaps. */
const lastCase = 75;

/** What no test carries yet, and why. */
const notYet: Readonly<Record<number, string>> = {
  9: 'parts cannot be put together again yet',
  17: 'taking a promise back: only the table of all moves refuses it, and nothing plays it after financing',
  18: 'a promise by a key that was replaced since: keys cannot be taken back by an act yet',
  24: 'no auction: quotes are not committed before they are shown',
  25: 'no auction',
  30: 'no floating rates',
  39: 'no financing of orders',
  44: 'no returned payments',
  46: 'no tolerance: a repayment that is short stays open',
  48: 'no notice of assignment',
  49: 'no reversal of a payment',
  50: 'no claim for what was paid to the wrong party',
  51: 'no early payment',
  53: 'no insolvency',
  66: 'the border of the drift between a signer’s clock and ours, to the millisecond',
  73: 'an outbox of ten thousand acts',
  74: 'a member that lost its key',
  75: 'a member that leaves',
};

type Title = { readonly file: string; readonly number: number };

/** The numbers at the beginning of titles: `it('J3.1, B.9.31: …'`, also behind `it.each(…)`. */
function titlesIn(file: string): readonly Title[] {
  const text = readFileSync(path.join(tests, file), 'utf8');
  const found = text.matchAll(/(?<!describe)\(\s*['"`]((?:[A-Z]+\d*(?:\.\d+)+(?:, )?)+): /g);
  return [...found].flatMap(([, tags = '']) =>
    [...tags.matchAll(/\bB\.9\.(\d+)/g)].map(([, number]) => ({ file, number: Number(number) })),
  );
}

const titles = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.test\.tsx?$/.test(file) && !file.includes('node_modules'))
  .sort()
  .flatMap(titlesIn);
const carried = new Set(titles.map(({ number }) => number));

describe('an edge case', () => {
  it.each(Array.from({ length: lastCase }, (_, order) => order + 1))(
    'number %i is carried by a test, or said to be missing, and not both',
    (number) => {
      expect(carried.has(number) !== Object.hasOwn(notYet, number)).toBe(true);
    },
  );

  it('has a number that is there', () => {
    expect(titles.filter(({ number }) => number < 1 || number > lastCase)).toEqual([]);
    expect(Object.keys(notYet).filter((number) => Number(number) > lastCase)).toEqual([]);
  });

  it('is named at the beginning of a title and nowhere else', () => {
    const named = readdirSync(tests, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.test\.tsx?$/.test(file) && !/node_modules|edge-cases/.test(file))
      .filter((file) =>
        /['"`][^'"`\n]*\((J[\d.]+, )*(B\.9\.|edges? )\d/.test(
          readFileSync(path.join(tests, file), 'utf8'),
        ),
      );

    expect(named).toEqual([]);
  });
});
