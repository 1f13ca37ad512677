/**
 * Bank lines meet legs: what a line pays, or why it pays nothing.
 *
 *   exact reference ─▶ right account and direction ─▶ currency ─▶ not the same payment again
 *      funding: exact amount                 ─▶ fund
 *      repayment, reserve, refund: any amount ─▶ redeem, never more than is open
 *      anything else                          ─▶ park, with the reason
 *
 * A payment shows on two accounts. Each line counts once, and two lines of opposite direction on the
 * same legs with the same amount (and the same end-to-end id, where both have one) are one payment.
 * Without an id two equal payments of one leg may be taken for one until the other side reports the
 * second: too little for a day, never too much.
 *
 * Nobody may declare its own payment: see `isEvidence`. What is no business of the line's owner is
 * unknown to it, so a guessed reference tells nothing. Pure.
 */
import { redemption } from '../../../chain/src/calc/share.ts';
import type { BankLine, LegRow, LineRow, ParkReason, StatementFormat } from './model.ts';

/** What matching looks at of a line. */
export type MatchLine = Pick<
  LineRow,
  | 'id'
  | 'account'
  | 'owner'
  | 'credit'
  | 'amountMinor'
  | 'currency'
  | 'endToEndId'
  | 'evidence'
  | 'assigned'
>;

/** The legs whose references stand in the line; null where a reference names none. */
export type Named = readonly (LegRow | null)[];

/** Lines of the same legs that were decided before. */
export type EarlierLine = Pick<
  LineRow,
  'id' | 'credit' | 'amountMinor' | 'endToEndId' | 'legs' | 'twin' | 'state' | 'reason'
>;

export type Part = { readonly leg: LegRow; readonly appliedMinor: bigint };

export type Match =
  | { readonly kind: 'fund'; readonly leg: LegRow; readonly twin: string | null }
  | {
      readonly kind: 'redeem';
      readonly parts: readonly Part[];
      /** What was open of each leg that the line names, in the order in which it was shared. */
      readonly openMinor: readonly bigint[];
      readonly unappliedMinor: bigint;
      /** A parked line of the other account that this one confirms. */
      readonly twin: string | null;
    }
  | {
      readonly kind: 'park';
      readonly reason: ParkReason;
      readonly legs: readonly LegRow[];
      /** SAME_PAYMENT: the line of the other account that was counted. */
      readonly twin: string | null;
    };

/** What the line pays. The same line with the same legs gives the same answer on every machine. */
export function match(line: MatchLine, named: Named, earlier: readonly EarlierLine[]): Match {
  if (named.length === 0) return park('REFERENCE_MISSING');
  const legs = named
    .filter((leg) => leg !== null)
    .filter(({ payer, payee }) => line.owner === payer || line.owner === payee)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first] = legs;
  if (first === undefined || legs.length < named.length) return park('REFERENCE_UNKNOWN');
  const twins = twinsOf(line, legs, earlier);
  const counted = twins.find(({ reason }) => reason !== 'SELF_DECLARED');
  const barrier = barrierOf(line, legs);
  if (barrier !== null) return park(barrier, legs);
  if (counted !== undefined) return park('SAME_PAYMENT', legs, counted.id);
  const twin = twins[0]?.id ?? null;

  if (first.kind === 'FUNDING') return fund(line, first, twin);
  if (legs.every((leg) => openOf(leg) === 0n)) return park('ALREADY_SETTLED', legs);
  if (!line.evidence) return park('SELF_DECLARED', legs);
  return redeem(line, legs, twin);
}

/**
 * True when a line settles on its own: a bank brought it in, or it is a bank's message (camt.054, camt.053), or
 * who brought it in admits to have been paid. A payer's own table of payments waits for the payee.
 */
export function isEvidence(
  line: Pick<BankLine, 'credit'>,
  format: StatementFormat,
  importerIsBank: boolean,
): boolean {
  return importerIsBank || format !== 'CSV' || line.credit;
}

/** True for a payment that a bank is to make and that has not come yet. */
export function isAwaited({ state }: Pick<LegRow, 'state'>): boolean {
  return state === 'INSTRUCTED' || state === 'SENT';
}

/** What is still to be paid of a leg. */
export function openOf(leg: Pick<LegRow, 'amountMinor' | 'settledMinor'>): bigint {
  return leg.amountMinor - leg.settledMinor;
}

/**
 * Shares a payment among legs by what is open of each (largest remainder, ties to the earlier leg),
 * and never gives a leg more than is open.
 */
export function share(amountMinor: bigint, legs: readonly LegRow[]): readonly Part[] {
  const opens = legs.map(openOf);
  const { parts } = redemption(amountMinor, opens);
  return legs.map((leg, order) => ({ leg, appliedMinor: parts[order] ?? 0n }));
}

function fund(line: MatchLine, leg: LegRow, twin: string | null): Match {
  if (leg.state === 'FAILED') return park('NOT_PAYABLE', [leg]);
  if (!isAwaited(leg)) return park('ALREADY_SETTLED', [leg]);
  if (line.amountMinor !== leg.amountMinor) return park('AMOUNT_DIFFERS', [leg]);
  if (!line.evidence) return park('SELF_DECLARED', [leg]);
  return { kind: 'fund', leg, twin };
}

function redeem(line: MatchLine, legs: readonly LegRow[], twin: string | null): Match {
  const parts = share(line.amountMinor, legs).filter(({ appliedMinor }) => appliedMinor > 0n);
  const appliedMinor = parts.reduce((sum, part) => sum + part.appliedMinor, 0n);
  const unappliedMinor = line.amountMinor - appliedMinor;
  // Nobody knows which of several payees was paid too much.
  const payees = new Set(legs.map(({ payee }) => payee));
  if (unappliedMinor > 0n && payees.size > 1) return park('AMOUNT_DIFFERS', legs);
  return { kind: 'redeem', parts, openMinor: legs.map(openOf), unappliedMinor, twin };
}

/** Why the line cannot pay these legs, whatever was paid before. */
function barrierOf(line: MatchLine, legs: readonly LegRow[]): ParkReason | null {
  const mixed = legs.some(({ kind }) => kind === 'FUNDING') && legs.length > 1;
  if (mixed || new Set(legs.map(({ payer }) => payer)).size > 1) return 'REFERENCES_MIXED';
  const paysOrReceives = legs.every(
    ({ payer, payee }) => line.owner === (line.credit ? payee : payer),
  );
  if (!paysOrReceives) return 'DIRECTION_DIFFERS';
  const wrongAccount = legs.some(({ payTo }) => payTo !== null && payTo !== line.account);
  // Two people of the payee may say that the money came after all, to another account of theirs.
  if (line.credit && wrongAccount && line.assigned.length === 0) return 'ACCOUNT_DIFFERS';
  if (legs.some(({ currency }) => currency !== line.currency)) return 'CURRENCY_DIFFERS';
  return null;
}

/** Lines of the other account that may be the same payment; counted ones before parked ones. */
function twinsOf(
  line: MatchLine,
  legs: readonly LegRow[],
  earlier: readonly EarlierLine[],
): readonly EarlierLine[] {
  return earlier
    .filter(
      (other) =>
        other.id !== line.id &&
        other.twin === null &&
        other.credit !== line.credit &&
        other.amountMinor === line.amountMinor &&
        (other.state === 'MATCHED' || other.reason === 'SELF_DECLARED') &&
        (other.endToEndId === null ||
          line.endToEndId === null ||
          other.endToEndId === line.endToEndId) &&
        other.legs.join() === legs.map(({ id }) => id).join(),
    )
    .sort((a, b) => rank(a, line) - rank(b, line) || (a.id < b.id ? -1 : 1));
}

/** The same end-to-end id before none; a counted line before a parked one. */
function rank(other: EarlierLine, line: MatchLine): number {
  const sameId = other.endToEndId !== null && other.endToEndId === line.endToEndId;
  return (other.state === 'MATCHED' ? 0 : 2) + (sameId ? 0 : 1);
}

function park(reason: ParkReason, legs: readonly LegRow[] = [], twin: string | null = null): Match {
  return { kind: 'park', reason, legs, twin };
}
