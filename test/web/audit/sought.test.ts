/** What the field of the explorer takes for a block, for an act, and for neither. */
import { soughtIn } from '@tallystick/web/src/audit/sought.ts';
import { describe, expect, it } from 'vitest';

const hash = 'ab'.repeat(32);

describe('looking for something in the log', () => {
  it('takes 64 hexadecimal digits for an act, in either case, with what was pasted around them', () => {
    expect(soughtIn(hash)).toEqual({ kind: 'act', actHash: hash });
    expect(soughtIn(`  ${hash.toUpperCase()}\n`)).toEqual({ kind: 'act', actHash: hash });
    expect(soughtIn('1'.repeat(64))).toEqual({ kind: 'act', actHash: '1'.repeat(64) });
  });

  it('takes a whole number from 1 for a block', () => {
    expect(soughtIn('1')).toEqual({ kind: 'block', height: 1 });
    expect(soughtIn(' 999999999 ')).toEqual({ kind: 'block', height: 999_999_999 });
  });

  it.each(['', '0', '-1', '1.5', '01', '1000000000', hash.slice(1), `${hash}a`, 'g'.repeat(64)])(
    'takes %j for neither',
    (text) => {
      expect(soughtIn(text)).toEqual({ kind: 'nothing' });
    },
  );
});
