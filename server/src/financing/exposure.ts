/**
 * How much of a bank's limits is taken, and whether there is room.
 *
 *   available = sanctioned + ad hoc (while it is valid) − blocked − utilised
 *
 * A bank limits what it has out in all, on a buyer, on a supplier, on a pair of them, and in a
 * programme; each in its currency. A limit on the buyer must be there; the others count where they
 * are. The whole face counts, since the buyer owes all of it to the bank: blocked when the bank's
 * quote is chosen, utilised when the bank has paid, released as the buyer pays. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { LimitRow, LimitSubject } from './model.ts';
import { limitDimensions } from './model.ts';
import { texts } from './texts.ts';

export type Usage = {
  readonly blockedMinor: bigint;
  readonly utilisedMinor: bigint;
  /** Never below zero: a limit that was lowered under its use has no room. */
  readonly availableMinor: bigint;
};

export function usageOf(
  limit: LimitRow,
  blockedMinor: bigint,
  utilisedMinor: bigint,
  today: BusinessDate,
): Usage {
  return {
    blockedMinor,
    utilisedMinor,
    availableMinor: roomOf(limit, blockedMinor + utilisedMinor, today),
  };
}

/** All that may be taken on that day, the ad hoc part included up to its last day. */
export function limitOn(
  { sanctionedMinor, adhocMinor, adhocToDate }: LimitRow,
  today: BusinessDate,
): bigint {
  return sanctionedMinor + (adhocToDate !== null && today <= adhocToDate ? adhocMinor : 0n);
}

function roomOf(limit: LimitRow, takenMinor: bigint, today: BusinessDate): bigint {
  const left = limitOn(limit, today) - takenMinor;
  return left < 0n ? 0n : left;
}

/** What a limit must fit to count: whose promise, whose certificate, in which programme. */
export type Financed = {
  readonly issuer: string;
  readonly holder: string;
  readonly programme: string;
  readonly currency: string;
};

/**
 * The bank's limits that a financing takes of, in the order of their dimensions, or why it may not be
 * financed at all: without a limit on the buyer in its currency nothing is.
 */
export function limitsFor(
  limits: readonly LimitRow[],
  financed: Financed,
): readonly LimitRow[] | Refusal {
  const onBuyer = limits.filter(
    ({ dimension, buyer }) => dimension === 'BUYER' && buyer === financed.issuer,
  );
  if (!onBuyer.some(({ currency }) => currency === financed.currency)) {
    return onBuyer.length === 0
      ? texts.noBuyerLimit()
      : texts.limitCurrency(onBuyer.map((each) => each.currency).sort(), financed.currency);
  }
  return limitDimensions.flatMap((dimension) =>
    limits.filter((limit) => limit.dimension === dimension && fits(limit, financed)),
  );
}

function fits(limit: LimitRow, { issuer, holder, programme, currency }: Financed): boolean {
  return (
    limit.currency === currency &&
    (limit.buyer === null || limit.buyer === issuer) &&
    (limit.supplier === null || limit.supplier === holder) &&
    (limit.programme === null || limit.programme === programme)
  );
}

/** True when both are about the same. */
export function isSameSubject(one: LimitSubject, other: LimitSubject): boolean {
  return (
    one.dimension === other.dimension &&
    one.buyer === other.buyer &&
    one.supplier === other.supplier &&
    one.programme === other.programme
  );
}

/** Why a limit cannot be about this, or null: each dimension names exactly what it is about. */
export function subjectBarrier(
  dimension: string,
  named: Omit<LimitSubject, 'dimension'>,
): Refusal | null {
  const wanted = limitDimensions.find((name) => name === dimension);
  if (wanted === undefined) return texts.unknownName('dimension', dimension, limitDimensions);
  for (const path of ['buyer', 'supplier', 'programme'] as const) {
    const needs = subjects[wanted].includes(path);
    if (needs !== (named[path] !== null)) return texts.limitSubject(path, wanted, needs);
  }
  return null;
}

const subjects: Readonly<Record<LimitSubject['dimension'], readonly string[]>> = {
  TOTAL: [],
  BUYER: ['buyer'],
  SUPPLIER: ['supplier'],
  PAIR: ['buyer', 'supplier'],
  PROGRAMME: ['programme'],
};

/**
 * Why the limit, of which `takenMinor` is blocked or utilised, does not take on `neededMinor` more
 * today, or null. Refuses a limit that is no longer valid, and an amount that is above what is
 * available by a single minor unit; names the dimension and by how much.
 */
export function limitBarrier(
  limit: LimitRow,
  takenMinor: bigint,
  neededMinor: bigint,
  today: BusinessDate,
): Refusal | null {
  const { currency, dimension, validToDate } = limit;
  if (today > validToDate) return texts.limitExpired(validToDate, today);
  const availableMinor = roomOf(limit, takenMinor, today);
  if (neededMinor <= availableMinor) return null;
  const needed = { minor: neededMinor, currency };
  return texts.limitExceeded(dimension, needed, { minor: availableMinor, currency });
}
