/** The terms that the golden vectors share: 100,000.00 from 2026-01-15 to 2026-04-15 at 6.85 %. */
import type { PriceTerms } from '@tallystick/chain/src/calc/price.ts';

export const face = 100_000_00n;
export const start = '2026-01-15';
export const due = '2026-04-15';

export const plain: PriceTerms = {
  ...{ rateMicros: 68_500n, method: 'STRAIGHT', dayCount: 'ACT_365F' },
  ...{ advanceMicros: 1_000_000n, feeFlatMinor: 0n, feeMicros: 0n, feeMinMinor: 0n },
};

/** V4: 90 % is paid out, for a fee of 0.15 % of the face and at least 50.00. */
export const advanced: PriceTerms = {
  ...{ ...plain, advanceMicros: 900_000n, feeMicros: 1_500n, feeMinMinor: 50_00n },
};
