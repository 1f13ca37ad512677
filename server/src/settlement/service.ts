/**
 * Settlement, decided: statements come in, and each of their lines pays what it names.
 *
 * Nobody signs a payment in person. `payment.*` acts are made by the automation and decided by looking
 * at the line, the legs and the earlier lines again; an act that says anything else is refused, so
 * anyone can derive every settlement from the signed statements.
 */

import type { InputOf } from '../../../chain/src/act/kinds.ts';
import { share } from '../../../chain/src/calc/amount.ts';
import { type Calculation, calculate, resultOf } from '../../../chain/src/calc/run.ts';
import type { QuoteRow, RequestRow } from '../financing/model.ts';
import { fundBarrier, fundedChanges, fundingNote, repaidChanges } from '../financing/service.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { markPaid } from '../invoice/service.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { kept } from '../kernel/calculation.ts';
import { type Change, type FollowUp, type Grant, insert, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { AccountRow } from '../party/model.ts';
import { issuancePaid, membersOf, requireParty } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import { accountOf, certificateOf, redeemBarrier, redeemChange } from '../receivable/service.ts';
import { addition, newLeg } from './legs.ts';
import { isEvidence, type Match, match, type Part } from './matching.ts';
import type { BankLine, LegRow, LineRow, StatementFormat, StatementRow } from './model.ts';
import { auditorsOfAll, mayImport } from './policy.ts';
import { referencesIn } from './reference.ts';
import {
  confirmed,
  isFormat,
  lineBarrier,
  matchDiffers,
  newLines,
  outcome,
  paid,
  payment,
  pendingReservation,
  readLines,
} from './transitions.ts';

// Statements.

/**
 * The owner of an account, or its bank, brings in what was booked. A booking that is known counts as
 * known and is never booked twice; the same file again changes nothing but the count.
 */
const importStatement = handler({
  kind: 'statement.import',
  objects: ({ account }) => [account],
  mandate: () => ({ action: 'statement.import', amount: null }),
  async decide(reader, act) {
    const { body } = act;
    const account = await reader.get<AccountRow>('account', body.account);
    if (account === null || !mayImport(account, act.party)) throw notFound();
    const lines = readLines(body.lines, body.format, account.currency);
    if (isRefusal(lines)) return lines;
    invariant(isFormat(body.format), 'the lines were read in a known format');
    const fresh = newLines(lines, await knownLines(reader, account.id, lines));
    if (isRefusal(fresh)) return fresh;

    const statement: StatementRow = {
      ...{ id: act.id('stm', 0), version: 1, account: account.id, owner: account.owner },
      ...{ importer: act.party, format: body.format, documentDigest: body.documentDigest },
      ...{
        lineCount: lines.length,
        newLines: fresh.length,
        knownLines: lines.length - fresh.length,
      },
      createdMs: act.at,
    };
    const importerIsBank = (await requireParty(reader, act.party)).roles.includes('BANK');
    const rows = fresh.map((line, order) =>
      newLine(
        act.id('lin', order),
        statement,
        line,
        body.format as StatementFormat,
        importerIsBank,
      ),
    );
    const owners = [...new Set([account.owner, act.party])];
    return accept(
      statement.id,
      [insert('statement', statement), ...rows.map((row) => insert('statement_line', row))],
      {
        next: await followUps(reader, rows),
        readers: [...owners, ...(await auditorsOfStatement(reader, account.owner, lines))],
        grants: owners.flatMap((party) => [
          grantOf(party, 'Statement', statement),
          ...rows.map((row) => grantOf(party, 'StatementLine', row)),
        ]),
      },
    );
  },
});

function newLine(
  id: string,
  statement: StatementRow,
  line: BankLine,
  format: StatementFormat,
  importerIsBank: boolean,
): LineRow {
  const { account, owner, importer, createdMs } = statement;
  return {
    ...{ id, version: 1, state: 'UNMATCHED', statement: statement.id, account, owner, importer },
    ...{ key: keyOf(account, line), evidence: isEvidence(line, format, importerIsBank), ...line },
    ...{ legs: [], leg: null, appliedMinor: 0n, unappliedMinor: 0n, twin: null, reason: null },
    ...{ pendingAct: null, createdMs },
  };
}

function keyOf(account: string, { bankReference }: BankLine): string {
  return `${account}:${bankReference}`;
}

/** The lines of this account that are known already, by bank reference. */
export async function knownLines(
  reader: Reader,
  account: string,
  lines: readonly BankLine[],
): Promise<ReadonlyMap<string, BankLine>> {
  const found = await Promise.all(
    lines.map((line) => reader.where<LineRow>('statement_line', 'key', keyOf(account, line))),
  );
  return new Map(found.flat().map((row) => [row.bankReference, row]));
}

/** Auditors of every leg that the statement names, if each of its lines names one. */
async function auditorsOfStatement(
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

// What a line pays.

/** What is looked at to decide a line; the same in the server, in the audit, and while planning. */
type Book = {
  leg(reference: string): Promise<LegRow | null>;
  linesOf(leg: string): Promise<readonly LineRow[]>;
};

function bookOf(reader: Reader): Book {
  return {
    leg: async (reference) =>
      (await reader.where<LegRow>('leg', 'reference', reference))[0] ?? null,
    linesOf: (leg) => reader.where<LineRow>('statement_line', 'leg', leg),
  };
}

function legsNamed(reader: Reader, remittance: string): Promise<readonly (LegRow | null)[]> {
  const book = bookOf(reader);
  return Promise.all(referencesIn(remittance).map((reference) => book.leg(reference)));
}

/** What the line pays, or PENDING_RESERVATION while a leg that it names waits for the chain. */
async function matchOf(reader: Reader, book: Book, line: LineRow): Promise<Match | Refusal> {
  const named = await Promise.all(referencesIn(line.remittance).map((each) => book.leg(each)));
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

/** Why what the leg pays for cannot be paid now, or null. */
async function payableBarrier(reader: Reader, leg: LegRow): Promise<Refusal | null> {
  if (leg.kind === 'FUNDING') return fundBarrier(reader, requestOf(leg));
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

// Payments.

type Payment = 'payment.fund' | 'payment.redeem' | 'payment.park';

/** The line and what it pays, when the act says exactly that. */
async function matchedLine(
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

/** The bank's money arrived exactly: the certificate passes to the bank when the chain has taken it. */
const fund = handler({
  kind: 'payment.fund',
  objects: ({ line, leg }) => [line, leg],
  async facts(reader, body, secrets) {
    const leg = await reader.get<LegRow>('leg', body.leg);
    if (leg?.request == null) return {};
    const invoice = await reader.get<InvoiceRow>('invoice', leg.invoice);
    invariant(invoice !== null, 'a leg belongs to an invoice');
    const note = await fundingNote(reader, leg.request);
    return { ...note, fingerprint: secrets.fingerprint(invoice.canonical) };
  },
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    invariant(found.kind === 'fund', 'the act says what was found');
    const { leg } = found;
    const funded = await fundedChanges(reader, act, requestOf(leg));
    const pendingAct = act.hash;
    const [waitingLine, waitingLeg] = [waiting(line, pendingAct), waiting(leg, pendingAct)];
    const auditors = await membersOf(reader, leg.programme, 'AUDITOR');
    const unlockedLeg = update('leg', waitingLeg, { pendingAct: null });
    return accept(
      leg.id,
      [
        update('statement_line', line, { pendingAct }),
        update('leg', leg, { pendingAct }),
        ...funded.changes,
      ],
      {
        whenFinal: [
          update('statement_line', waitingLine, { ...outcome(line, found), pendingAct: null }),
          update('leg', waitingLeg, { ...paid(leg, line.amountMinor), pendingAct: null }),
          payment(act.id('pay', 0), line, leg, line.amountMinor, act.at),
          ...(await twinChange(reader, line, found)),
          ...funded.whenFinal,
        ],
        whenRefused: [
          update('statement_line', waitingLine, {
            ...{ state: 'PARKED', legs: [leg.id], leg: leg.id, unappliedMinor: line.amountMinor },
            ...{ reason: '$refusal', pendingAct: null },
          }),
          unlockedLeg,
          ...funded.whenRefused,
        ],
        readers: [...funded.readers, leg.payer, leg.payee, ...ownersOf(line), ...auditors],
        grants: auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)),
      },
    );
  },
});

/**
 * What was owed is paid, in part or in full: leg, certificate, financing and invoice move together.
 * What is over is owed back at once, and what the bank had kept back is owed when all is repaid.
 */
const redeem = handler({
  kind: 'payment.redeem',
  objects: ({ line, legs }) => [line, ...legs],
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    invariant(found.kind === 'redeem', 'the act says what was found');
    const changes: Change[] = [update('statement_line', line, outcome(line, found))];
    const grants: Grant[] = [];
    const owed: LegRow[] = [];
    for (const [order, { leg, appliedMinor }] of found.parts.entries()) {
      changes.push(
        update('leg', leg, paid(leg, appliedMinor)),
        payment(act.id('pay', order), line, leg, appliedMinor, act.at),
      );
      if (leg.kind !== 'REPAYMENT') continue;
      const certificate = await certificateOf(reader, leg.certificate);
      changes.push(
        redeemChange(certificate, appliedMinor),
        ...(await repaidChanges(reader, certificate, appliedMinor)),
      );
      const reserve = await reserveLeg(reader, act, certificate, appliedMinor, owed.length);
      if (reserve === null) continue;
      owed.push(reserve.leg);
      changes.push(kept(act, owed.length, reserve.leg.id, reserve.calculation));
    }
    changes.push(kept(act, 0, line.id, sharing(line, found.openMinor)));
    changes.push(
      ...(await paidInvoices(reader, found.parts)),
      ...(await twinChange(reader, line, found)),
    );
    owed.push(...(await refundLegs(reader, act, line, found, owed.length)));

    const programmes = [...new Set(found.parts.map(({ leg }) => leg.programme))];
    const auditors = auditorsOfAll(
      await Promise.all(programmes.map((each) => membersOf(reader, each, 'AUDITOR'))),
    );
    for (const leg of owed) {
      const added = addition(leg, auditors);
      changes.push(...added.changes);
      grants.push(...added.grants);
    }
    grants.push(...auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)));
    return accept(subjectOf(line, found.parts), changes, {
      grants,
      readers: [...ownersOf(line), ...partiesOf(found.parts), ...auditors],
    });
  },
});

/** The line pays nothing that we know exactly: it waits for a person, with the reason. */
const park = handler({
  kind: 'payment.park',
  objects: ({ line }) => [line],
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    const auditors = await auditorsOfStatement(reader, line.owner, [line]);
    return accept(
      line.id,
      [
        update('statement_line', line, outcome(line, found)),
        ...(await twinChange(reader, line, found)),
      ],
      {
        readers: [...ownersOf(line), ...auditors],
        grants: auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)),
      },
    );
  },
});

export const settlementHandlers = [importStatement, fund, redeem, park] as const;

// What financing, to the left, is handed.

/** The bank's payment will not come: a line that names it later pays nothing and waits for a person. */
export async function failedFunding(reader: Reader, request: string): Promise<readonly Change[]> {
  const known = await reader.where<LegRow>('leg', 'request', request);
  return known
    .filter(({ kind, state }) => kind === 'FUNDING' && state === 'INSTRUCTED')
    .map((leg) => update('leg', leg, { state: 'FAILED' }));
}

// Helpers of the handlers above.

function requestOf(leg: LegRow): string {
  invariant(leg.request !== null, 'a funding leg belongs to a request');
  return leg.request;
}

function waiting<R extends LineRow | LegRow>(row: R, pendingAct: Uint8Array): R {
  return { ...row, pendingAct, version: row.version + 1 };
}

async function twinChange(reader: Reader, line: LineRow, found: Match): Promise<readonly Change[]> {
  if (found.twin === null) return [];
  const twin = await reader.get<LineRow>('statement_line', found.twin);
  invariant(twin !== null, 'the other side of a payment is a known line');
  return [confirmed(twin, line.id)];
}

/** How a line's money is shared among the legs that it names. */
function sharing({ amountMinor, currency }: LineRow, openMinor: readonly bigint[]): Calculation {
  return calculate('redemption', { currency, receiptMinor: amountMinor, openMinor });
}

/** What the bank kept back of the face is owed to the holder once the buyer has paid all of it. */
async function reserveLeg(
  reader: Reader,
  act: Act,
  certificate: CertificateRow,
  appliedMinor: bigint,
  order: number,
): Promise<{ readonly leg: LegRow; readonly calculation: Calculation } | null> {
  if (appliedMinor < certificate.openMinor) return null;
  const requests = await reader.where<RequestRow>('finance_request', 'certificate', certificate.id);
  const asked = requests.find(({ state }) => state === 'FUNDED' || state === 'REPAYING');
  if (asked?.chosen == null || asked.bank === null) return null;
  const quote = await reader.get<QuoteRow>('quote', asked.chosen);
  invariant(quote !== null, 'a chosen quote is known');
  const calculation = calculate('release', {
    currency: asked.currency,
    reserveMinor: asked.faceMinor - share(asked.faceMinor, quote.advanceMicros),
    ...{ dilutionMinor: 0n, overdueMinor: 0n, feesMinor: 0n, recourse: quote.recourse },
  });
  const amountMinor = resultOf(calculation, 'releaseMinor');
  if (amountMinor === 0n) return null;
  const { id: request, bank: payer, holder: payee, payTo } = asked;
  const leg = newLeg(act, order, {
    ...{ kind: 'RESERVE', state: 'SCHEDULED', request, certificate, payer, payee, payTo },
    ...{ amountMinor, dueDate: act.businessDate },
  });
  return { leg, calculation };
}

/** Who was paid too much owes it back to who paid. */
async function refundLegs(
  reader: Reader,
  act: Act,
  line: LineRow,
  found: Extract<Match, { readonly kind: 'redeem' }>,
  order: number,
): Promise<readonly LegRow[]> {
  const first = found.parts[0]?.leg;
  if (found.unappliedMinor === 0n || first === undefined) return [];
  const payTo = line.credit ? await accountOf(reader, first.payer, line.currency) : line.account;
  const { invoice, programme, currency } = first;
  return [
    newLeg(act, order, {
      ...{
        kind: 'REFUND',
        state: 'SCHEDULED',
        request: null,
        payer: first.payee,
        payee: first.payer,
      },
      ...{ payTo, amountMinor: found.unappliedMinor, dueDate: act.businessDate },
      certificate: { id: first.certificate, invoice, programme, currency },
    }),
  ];
}

/** Each invoice whose certificates were paid, once, with the sum; its programme's issuer may promise as much again. */
async function paidInvoices(reader: Reader, parts: readonly Part[]): Promise<readonly Change[]> {
  const sums = new Map<string, bigint>();
  for (const { leg, appliedMinor } of parts)
    if (leg.kind === 'REPAYMENT')
      sums.set(leg.invoice, (sums.get(leg.invoice) ?? 0n) + appliedMinor);
  const byProgramme = new Map<string, bigint>();
  const changes: Change[] = [];
  for (const [id, sum] of sums) {
    const invoice = await reader.get<InvoiceRow>('invoice', id);
    invariant(invoice !== null, 'a certificate stands on an invoice');
    changes.push(markPaid(reader, invoice, invoice.paidMinor + sum));
    const { programme } = invoice;
    byProgramme.set(programme, (byProgramme.get(programme) ?? 0n) + sum);
  }
  for (const [id, sum] of byProgramme) {
    changes.push(...(await issuancePaid(reader, id, sum)));
  }
  return changes;
}

function subjectOf(line: LineRow, parts: readonly Part[]): string {
  const [only, ...others] = parts;
  return only === undefined || others.length > 0 ? line.id : only.leg.id;
}

/** Payer and payee; of several payees none, as each would see what the others were paid. */
function partiesOf(parts: readonly Part[]): readonly string[] {
  const payers = parts.map(({ leg }) => leg.payer);
  const payees = new Set(parts.map(({ leg }) => leg.payee));
  return payees.size > 1 ? payers : [...payers, ...payees];
}

function ownersOf({ owner, importer }: LineRow): readonly string[] {
  return [owner, importer];
}

function grantOf(
  reader: string,
  type: string,
  { id, createdMs }: { readonly id: string; readonly createdMs: bigint },
): Grant {
  return { reader, object: id, type, level: 'F', sinceMs: createdMs };
}

function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refusal';
}
