import { describe, expect, it } from 'vitest';
import { randomIds } from '../../../server/src/platform/ids.ts';

describe('an id', () => {
  it('has a prefix and 24 letters and digits, and does not repeat', () => {
    const ids = randomIds();
    const made = Array.from({ length: 1_000 }, () => ids.next('doc'));

    expect(made.every((id) => /^doc_[a-z2-7]{24}$/.test(id))).toBe(true);
    expect(new Set(made).size).toBe(1_000);
  });

  it('spells all of its chance, first bits first', () => {
    const next = (bytes: Uint8Array) => randomIds(() => bytes).next('x');

    expect(next(new Uint8Array(15))).toBe(`x_${'a'.repeat(24)}`);
    expect(next(new Uint8Array(15).fill(255))).toBe(`x_${'7'.repeat(24)}`);
    expect(next(Uint8Array.of(0b00001_000, ...new Uint8Array(14)))).toBe(`x_b${'a'.repeat(23)}`);
  });
});
