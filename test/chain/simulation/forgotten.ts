/**
 * The rule of what may be forgotten (P7), under histories made of chance: epochs that end, sets that change, peers
 * that lag, a liar, and a validator that has forgotten everything. Asked again as the chain goes on, it never lets
 * that validator sign where it may have signed before.
 *
 * Imports relatively, as shell-lives.ts does and for the same reason.
 */
import { makeRecall, type Standing } from '../../../chain/src/net/recall.ts';
import type { Place } from '../../../chain/src/shell/signer.ts';
import { type Random, seeded } from '../../support/random.ts';

type Stakes = ReadonlyMap<string, bigint>;

/** How it ended: what the validator signs twice, or in which epoch it may vote, if it may at all. */
export type Forgotten = {
  readonly problem: string | null;
  readonly votesIn: bigint | null;
  readonly silentIn: number;
};

const self = 'north';
const others = ['east', 'south', 'west', 'up', 'down', 'over'] as const;

export function tryRecall(seed: number): Forgotten {
  const random = seeded(seed);
  const history = drawHistory(random);
  const { sets, liar, lie } = history;
  const { places, signed } = live(history, random);
  const recall = makeRecall({ self, lastSigned: null, isForgetful: true });
  for (const name of others) {
    recall.hear(name, { place: name === liar ? lie : (places.get(name) ?? at(1, 1)), seen: null });
  }
  let silentIn = 0;
  for (const [order, tip] of tipsOf(history, random)) {
    const epoch = BigInt(order + 1);
    const { kind } = recall.verdict({ epoch, tip, stakesOf: stakesIn(sets.slice(0, order + 1)) });
    if (kind === 'silent') silentIn += 1;
    if (kind !== 'vote') continue;
    // From here on it signs above the last final view.
    const from = tip !== null && tip.epoch === epoch ? tip : { epoch, view: 0n };
    const again = signed.find((place) => isAbove(place, from));
    const problem =
      again === undefined ? null : `view ${again.epoch}/${again.view} is signed twice`;
    return { problem, votesIn: epoch, silentIn };
  }
  return { problem: null, votesIn: null, silentIn };
}

type History = {
  /** Who votes in each epoch, from the first. */
  readonly sets: readonly Stakes[];
  /** The epoch, by its order, that is open when everything is forgotten, and its view. */
  readonly last: { readonly order: number; readonly view: number };
  /** How many views the epochs before it had. */
  readonly views: readonly number[];
  readonly liar: string;
  readonly lie: Place;
};

function drawHistory(random: Random): History {
  const count = 1 + random.below(4);
  const liar = random.pick([...others, 'nobody']);
  return {
    sets: Array.from({ length: count }, () => drawSet(random, liar)),
    last: { order: random.below(count), view: 1 + random.below(4) },
    views: Array.from({ length: count }, () => 2 + random.below(3)),
    liar,
    lie: at(1 + random.below(4), 1 + random.below(9)),
  };
}

/** The liar and the one that forgets have less than a third together. */
function drawSet(random: Random, liar: string): Stakes {
  const chosen = others.filter((name) => name === liar || random.below(3) > 0);
  const honest = chosen.filter((name) => name !== liar);
  const set = new Map([[self, 1n]]);
  for (const name of honest) set.set(name, BigInt(2 + random.below(3)));
  const stake = sumOf(set) - 1n;
  if (chosen.length > honest.length && 3n * 2n < stake + 2n) set.set(liar, 1n);
  if (3n < stake + 1n) return set;
  return new Map([[self, 1n], ...others.map((name) => [name, name === liar ? 1n : 2n] as const)]);
}

/** Views go by, each entered by the votes of a quorum in the one before, the next epoch by their votes that the last is final. */
function live({ sets, last, views }: History, random: Random) {
  const places = new Map<string, Place>();
  const signed: Place[] = [];
  for (const [order, stakes] of sets.slice(0, last.order + 1).entries()) {
    const isOpen = order === last.order;
    const end = isOpen ? last.view : (views[order] ?? 2);
    for (let view = 1; view <= end; view += 1) {
      signed.push(at(order + 1, view));
      // In the last view of all nobody else has voted yet.
      if (isOpen && view === end) break;
      const isLast = !isOpen && view === end;
      const left = random.pick([...stakes.keys()]);
      const isQuorum = 3n * (sumOf(stakes) - (stakes.get(left) ?? 0n)) > 2n * sumOf(stakes);
      for (const name of stakes.keys()) {
        if (isQuorum && name === left) continue;
        // Who voted that it is final was in the view behind it.
        places.set(name, at(order + 1, isLast ? view + 1 : view));
      }
    }
  }
  return { places, signed };
}

/** What the validator sees final, epoch by epoch: while it is open, and how the one before it ended. */
function tipsOf({ sets, last, views }: History, random: Random): [number, Place | null][] {
  return sets.flatMap((_, order) => {
    // Those who had not seen an epoch end may have made more views of it final.
    const ended = order === 0 ? null : at(order, (views[order - 1] ?? 2) + random.below(9));
    const open = at(order + 1, 1 + random.below(9));
    // Once the sealing block stands, no view of its epoch is final while the epoch is open.
    const mayBeOpen = order >= last.order || open.view < BigInt(views[order] ?? 2);
    const shown: (Place | null)[] = mayBeOpen ? [ended, open] : [ended];
    return shown.map((tip): [number, Place | null] => [order, tip]);
  });
}

function stakesIn(sets: readonly Stakes[]): Standing['stakesOf'] {
  return (epoch) => sets[Number(epoch) - 1];
}

function sumOf(stakes: Stakes): bigint {
  return [...stakes.values()].reduce((sum, stake) => sum + stake, 0n);
}

function isAbove(place: Place, other: Place): boolean {
  return place.epoch > other.epoch || (place.epoch === other.epoch && place.view > other.view);
}

function at(epoch: number, view: number): Place {
  return { epoch: BigInt(epoch), view: BigInt(view) };
}
