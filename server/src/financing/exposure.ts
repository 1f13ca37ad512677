/**
 * How much of a bank's limit on a buyer is taken, and whether there is room.
 *
 *   available = sanctioned − blocked − utilised
 *
 * The whole face counts, since the buyer owes all of it to the bank: blocked when the bank's quote is
 * chosen, utilised when the bank has paid, released as the buyer pays. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { LimitRow } from './model.ts';
import { texts } from './texts.ts';

export type Usage = {
  readonly blockedMinor: bigint;
  readonly utilisedMinor: bigint;
  /** Never below zero: a limit that was lowered under its use has no room. */
  readonly availableMinor: bigint;
};

export function usageOf(limit: LimitRow, blockedMinor: bigint, utilisedMinor: bigint): Usage {
  return {
    blockedMinor,
    utilisedMinor,
    availableMinor: roomOf(limit, blockedMinor + utilisedMinor),
  };
}

function roomOf({ sanctionedMinor }: LimitRow, takenMinor: bigint): bigint {
  const left = sanctionedMinor - takenMinor;
  return left < 0n ? 0n : left;
}

/** The bank's limit that counts for a buyer and currency, or why there is none. */
export function limitFor(
  limits: readonly LimitRow[],
  buyer: string,
  currency: string,
): LimitRow | Refusal {
  const onBuyer = limits.filter((each) => each.buyer === buyer);
  const limit = onBuyer.find((each) => each.currency === currency);
  if (limit !== undefined) return limit;
  return onBuyer.length === 0
    ? texts.noBuyerLimit()
    : texts.limitCurrency(onBuyer.map((each) => each.currency).sort(), currency);
}

/**
 * Why the limit, of which `takenMinor` is blocked or utilised, does not take on `neededMinor` more
 * today, or null. Refuses a limit that is no
 * longer valid, and an amount that is above what is available by a single minor unit.
 */
export function limitBarrier(
  limit: LimitRow,
  takenMinor: bigint,
  neededMinor: bigint,
  today: BusinessDate,
): Refusal | null {
  if (today > limit.validToDate) return texts.limitExpired(limit.validToDate, today);
  const availableMinor = roomOf(limit, takenMinor);
  if (neededMinor <= availableMinor) return null;
  const { currency } = limit;
  return texts.limitExceeded({ minor: neededMinor, currency }, { minor: availableMinor, currency });
}
