/**
 * Who proposes in a view: a deterministic weighted round robin.
 *
 * Every validator computes the same table from the stakes alone. In each turn
 * of the table a validator leads in proportion to its stake, spread as evenly
 * as can be, so no validator leads two views in a row without need, and a
 * stopped one costs only its own share of the views.
 *
 * Pure.
 */
import { leaderSlotsMax } from './params.ts';

/** A validator by its place in the set of an epoch. */
type Place = number;

/** The leader of a view of a set with this table. Views count from one within an epoch. */
export function leaderOf(set: { readonly leaders: readonly Place[] }, view: bigint): Place {
  const slot = Number((view - 1n) % BigInt(set.leaders.length));
  const leader = set.leaders[slot];
  if (leader === undefined) throw new Error(`View ${view} has no leader: views count from one.`);
  return leader;
}

/**
 * One turn of the round robin: each validator stands as often as its share.
 *
 * Stakes are divided by their greatest common divisor; where that still makes
 * more than `leaderSlotsMax` slots they are scaled down, and everyone keeps at
 * least one slot.
 */
export function leaderTable(stakes: readonly bigint[]): readonly Place[] {
  const shares = sharesOf(stakes);
  const slots = shares.reduce((sum, share) => sum + share, 0);
  const credit = shares.map(() => 0);
  const table: Place[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    shares.forEach((share, index) => {
      credit[index] = (credit[index] ?? 0) + share;
    });
    const richest = credit.indexOf(Math.max(...credit));
    credit[richest] = (credit[richest] ?? 0) - slots;
    table.push(richest);
  }
  return table;
}

function sharesOf(stakes: readonly bigint[]): readonly number[] {
  const divisor = stakes.reduce(greatestCommonDivisor, 0n);
  const total = stakes.reduce((sum, stake) => sum + stake, 0n);
  if (total / divisor <= BigInt(leaderSlotsMax)) {
    return stakes.map((stake) => Number(stake / divisor));
  }
  return stakes.map((stake) => Math.max(1, Number((stake * BigInt(leaderSlotsMax)) / total)));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
