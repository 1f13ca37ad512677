/** Edge 42: who guesses at invoices is told no more after so many answers in an hour. */
import { describe, expect, it } from 'vitest';
import { duplicatesMax, guessing, windowMs } from '../../../server/src/platform/guessing.ts';

describe('guessing at what is known', () => {
  it('B.9.42: ends at the sixtieth answer in an hour, for the one who guesses and nobody else', () => {
    const clock = { ms: 1_000_000_000_000n };
    const limit = guessing(() => clock.ms);
    for (let count = 1; count < duplicatesMax; count += 1)
      limit.told('pty_bolt', 'DUPLICATE_EXACT');
    expect(limit.refusal('pty_bolt')).toBeNull();

    limit.told('pty_bolt', 'DUPLICATE_EXACT');

    expect(limit.refusal('pty_bolt')).toMatchObject({ code: 'TOO_MANY_DUPLICATES' });
    expect(limit.refusal('pty_copper')).toBeNull();
    clock.ms += windowMs - 1n;
    expect(limit.refusal('pty_bolt')).not.toBeNull();
    clock.ms += 1n;
    expect(limit.refusal('pty_bolt')).toBeNull();
  });

  it('counts no other refusal', () => {
    const limit = guessing(() => 0n);
    for (let count = 0; count < 2 * duplicatesMax; count += 1)
      limit.told('pty_bolt', 'MANDATE_MISSING');

    expect(limit.refusal('pty_bolt')).toBeNull();
  });
});
