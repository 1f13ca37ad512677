/**
 * What a bank line pays, decided: the line, the legs that it names and the earlier lines are looked at,
 * and one act follows. The same in the server, in the audit, and while a whole statement is planned.
 *
 * An act that says anything else than its line does is refused, so anyone can derive every settlement
 * from the signed statements.
 */
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import { fundBarrier } from '../financing/service.ts';
import type { Reader } from '../kernel/act.ts';
import type { Change, FollowUp, Grant } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { membersOf } from '../party/service.ts';
import { certificateOf, redeemBarrier } from '../receivable/service.ts';
import { type Match, match, openOf, type Part } from './matching.ts';
import { type BankLine, type LegRow, type LineRow, settlementLimits } from './model.ts';
import { auditorsOfAll } from './policy.ts';
import { referencesIn } from './reference.ts';
import {
  confirmed,
  lineBarrier,
  matchDiffers,
  notPayable,
  outcome,
  paid,
  pendingReservation,
} from './transitions.ts';

/** What is looked at to decide a line; the same in the server, in the audit, and while planning. */
type Book = {
  leg(reference: string): Promise<LegRow | null>;
  /** What is owed of the whole promise of that reference, to whomever. */
  legsOfRoot(reference: string): Promise<readonly LegRow[]>;
  linesOf(leg: string): Promise<readonly LineRow[]>;
};

function bookOf(reader: Reader): Book {
  return {
    leg: async (reference) =>
      (await reader.where<LegRow>('leg', 'reference', reference))[0] ?? null,
    legsOfRoot: (reference) => reader.where<LegRow>('leg', 'rootReference', reference),
    linesOf: (leg) => reader.where<LineRow>('statement_line', 'leg', leg),
  };
}

function legsNamed(reader: Reader, remittance: string): Promise<readonly (LegRow | null)[]> {
  const book = bookOf(reader);
  return Promise.all(referencesIn(remittance).map((reference) => book.leg(reference)));
}

/** What the line pays, or PENDING_RESERVATION while a leg that it names waits for the chain. */
async function matchOf(reader: Reader, book: Book, line: LineRow): Promise<Match | Refusal> {
  const named = await namedBy(book, line);
  const legs = named.filter((leg) => leg !== null);
  if (legs.some(({ pendingAct }) => pendingAct !== null)) return pendingReservation('legs');
  const [first] = legs.map(({ id }) => id).sort();
  const found = match(line, named, first === undefined ? [] : await book.linesOf(first));
  if (found.kind === 'park') return found;
  const paying = found.kind === 'fund' ? [found.leg] : found.parts.map(({ leg }) => leg);
  for (const leg of paying) {
    const barrier = await payableBarrier(reader, leg);
    if (barrier?.code === 'PENDING_RESERVATION') return barrier;
    if (barrier !== null) return { kind: 'park', reason: 'NOT_PAYABLE', legs: paying, twin: null };
  }
  return found;
}

/**
 * The legs that a line names, each once. The reference of a whole promise names every part of it that
 * the line's owner pays or is paid and that is still open; all of them where none is.
 */
async function namedBy(book: Book, line: LineRow): Promise<readonly (LegRow | null)[]> {
  const references = line.assigned.length > 0 ? line.assigned : referencesIn(line.remittance);
  const found = await Promise.all(
    references.map(async (reference) => {
      const leg = await book.leg(reference);
      if (leg !== null) return [leg];
      const side = line.credit ? 'payee' : 'payer';
      const own = (await book.legsOfRoot(reference)).filter((each) => each[side] === line.owner);
      const open = own.filter((each) => openOf(each) > 0n);
      const legs = open.length > 0 ? open : own;
      return legs.length === 0 || legs.length > settlementLimits.legsOfLineMax ? [null] : legs;
    }),
  );
  const legs = found.flat();
  return legs.filter(
    (leg, order) => leg === null || legs.findIndex((each) => each?.id === leg.id) === order,
  );
}

/** Why what the leg pays for cannot be paid now, or null. */
async function payableBarrier(reader: Reader, leg: LegRow): Promise<Refusal | null> {
  if (leg.kind === 'FUNDING') return fundBarrier(reader, requestOf(leg));
  if (leg.kind === 'RECOURSE' && leg.state === 'FAILED') return notPayable(leg.state);
  if (leg.kind !== 'REPAYMENT') return null;
  return redeemBarrier(await certificateOf(reader, leg.certificate));
}

/** The act that a line's match is, to the last field. */
function followUpOf(line: LineRow, found: Match): FollowUp {
  switch (found.kind) {
    case 'fund': {
      const amount = [line.amountMinor, line.currency] as const;
      const input: InputOf<'payment.fund'> = { line: line.id, leg: found.leg.id, amount };
      return { kind: 'payment.fund', input };
    }
    case 'redeem': {
      const input: InputOf<'payment.redeem'> = {
        line: line.id,
        legs: found.parts.map(({ leg }) => leg.id),
        applied: found.parts.map(({ appliedMinor }) => [appliedMinor, line.currency]),
        unapplied: [found.unappliedMinor, line.currency],
      };
      return { kind: 'payment.redeem', input };
    }
    case 'park': {
      const input: InputOf<'payment.park'> = { line: line.id, reason: found.reason };
      return { kind: 'payment.park', input };
    }
  }
}

/** What the line would pay if it named these legs, or why it would pay nothing. */
export function matchIf(
  reader: Reader,
  line: LineRow,
  legs: readonly LegRow[],
): Promise<Match | Refusal> {
  const assigned = legs.map(({ reference }) => reference);
  return matchOf(reader, bookOf(reader), { ...line, assigned });
}

/**
 * The acts that follow for lines, decided one after another as if each were done before the next. A
 * line whose leg waits for the chain gets none yet; it is found again by the look for what is due.
 */
export async function followUps(
  reader: Reader,
  lines: readonly LineRow[],
): Promise<readonly FollowUp[]> {
  const stored = bookOf(reader);
  const legs = new Map<string, LegRow>();
  const decided: LineRow[] = [];
  const book: Book = {
    async leg(reference) {
      const leg = await stored.leg(reference);
      return leg === null ? null : (legs.get(leg.id) ?? leg);
    },
    async legsOfRoot(reference) {
      return (await stored.legsOfRoot(reference)).map((leg) => legs.get(leg.id) ?? leg);
    },
    async linesOf(leg) {
      const ids = new Set(decided.map(({ id }) => id));
      const before = (await stored.linesOf(leg)).filter(({ id }) => !ids.has(id));
      return [...before, ...decided.filter((line) => line.leg === leg)];
    },
  };
  const next: FollowUp[] = [];
  for (const line of lines) {
    const found = await matchOf(reader, book, line);
    if (isRefusal(found)) continue;
    next.push(followUpOf(line, found));
    decided.push({ ...line, ...outcome(line, found) });
    for (const { leg, appliedMinor } of partsOf(found))
      legs.set(leg.id, { ...leg, ...paid(leg, appliedMinor) });
  }
  return next;
}

function partsOf(found: Match): readonly Part[] {
  if (found.kind === 'park') return [];
  return found.kind === 'redeem'
    ? found.parts
    : [{ leg: found.leg, appliedMinor: found.leg.amountMinor }];
}

type Payment = 'payment.fund' | 'payment.redeem' | 'payment.park';

/** The line and what it pays, when the act says exactly that. */
export async function matchedLine(
  reader: Reader,
  act: { readonly kind: Payment; readonly body: { readonly line: string } },
): Promise<{ readonly line: LineRow; readonly found: Match } | Refusal> {
  const line = await reader.get<LineRow>('statement_line', act.body.line);
  if (line === null) throw notFound();
  const barrier = lineBarrier(line);
  if (barrier !== null) return barrier;
  const found = await matchOf(reader, bookOf(reader), line);
  if (isRefusal(found)) return found;
  const expected = followUpOf(line, found);
  const said = Object.fromEntries(
    Object.keys(expected.input).map((field) => [
      field,
      (act.body as Readonly<Record<string, unknown>>)[field],
    ]),
  );
  const seen = textOf(act.kind, said);
  const wanted = textOf(expected.kind, expected.input);
  return seen === wanted ? { line, found } : matchDiffers(seen, wanted);
}

function textOf(kind: string, input: unknown): string {
  const text = JSON.stringify(input, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return `${kind} ${text}`;
}

// What the handlers of lines share.

/** Auditors of every leg that the statement names, if each of its lines names one. */
export async function auditorsOfStatement(
  reader: Reader,
  owner: string,
  lines: readonly BankLine[],
): Promise<readonly string[]> {
  const byLine = await Promise.all(
    lines.map(async ({ remittance }) => {
      const legs = await legsNamed(reader, remittance);
      const own = legs.filter(
        (leg) => leg !== null && (leg.payer === owner || leg.payee === owner),
      );
      const auditors = await Promise.all(
        own.map((leg) => (leg === null ? [] : membersOf(reader, leg.programme, 'AUDITOR'))),
      );
      return auditorsOfAll(auditors);
    }),
  );
  return auditorsOfAll(byLine);
}

export function requestOf(leg: LegRow): string {
  invariant(leg.request !== null, 'a funding leg belongs to a request');
  return leg.request;
}

export function waiting<R extends LineRow | LegRow>(row: R, pendingAct: Uint8Array): R {
  return { ...row, pendingAct, version: row.version + 1 };
}

export async function twinChange(
  reader: Reader,
  line: LineRow,
  found: Match,
): Promise<readonly Change[]> {
  if (found.twin === null) return [];
  const twin = await reader.get<LineRow>('statement_line', found.twin);
  invariant(twin !== null, 'the other side of a payment is a known line');
  return [confirmed(twin, line.id)];
}

export function ownersOf({ owner, importer }: LineRow): readonly string[] {
  return [owner, importer];
}

export function grantOf(
  reader: string,
  type: string,
  { id, createdMs }: { readonly id: string; readonly createdMs: bigint },
): Grant {
  return { reader, object: id, type, level: 'F', sinceMs: createdMs };
}

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refusal';
}
