/**
 * A bank's limits: proposed by one person and put in force by another.
 *
 * A bank's limits are seen by the bank and the auditors, and by nobody else.
 */
import type { Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import type { Change, Grant } from '../kernel/change.ts';
import { insert, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { isMember, requireProgramme } from '../party/service.ts';
import { auditorsOf } from '../receivable/service.ts';
import { isSameSubject, limitOn, subjectBarrier } from './exposure.ts';
import type { LimitProposalRow, LimitRow, LimitSubject } from './model.ts';
import { limitDimensions } from './model.ts';
import { otherPersonOnly } from './policy.ts';
import { granted } from './service-rows.ts';
import { texts } from './texts.ts';

/**
 * What a bank is willing to have out: in all, on a buyer, on a supplier, on a pair of them, or in a
 * programme; in one currency, with or without an ad hoc part on top. It waits for another person of the
 * bank; a newer proposal about the same takes its place. Refuses a party that is no bank of the
 * programmes concerned; whom the bank has nothing to do with is not found.
 */
export const proposeLimit = handler({
  kind: 'limit.propose',
  objects: () => [],
  sees: ({ buyer, supplier, programme }) =>
    [buyer, supplier, programme].flatMap((id) => (id === null ? [] : [id])),
  mandate: ({ sanctioned }) => ({ action: 'limit.set', amount: sanctioned }),
  async decide(reader, act) {
    const { buyer, supplier, programme, sanctioned, adhoc, adhocTo, validTo } = act.body;
    const wrong = subjectBarrier(act.body.dimension, { buyer, supplier, programme });
    const dimension = limitDimensions.find((name) => name === act.body.dimension);
    if (wrong !== null || dimension === undefined) return wrong ?? texts.notABank();
    const subject = { dimension, buyer, supplier, programme };
    const concerned = await programmesOf(reader, act.party, subject);
    if (concerned.length === 0) throw notFound();
    const asBank = concerned.filter(({ role }) => role === 'BANK');
    if (asBank.length === 0) return texts.notABank();
    const no = amountsBarrier(sanctioned, adhoc, adhocTo, validTo, act.businessDate);
    if (no !== null) return no;
    invariant(act.person !== null, 'a person proposes');

    const proposal: LimitProposalRow = {
      ...{ id: act.id('lpr', 0), version: 1, state: 'OPEN', bank: act.party, ...subject },
      ...{ currency: sanctioned[1], sanctionedMinor: sanctioned[0], adhocMinor: adhoc[0] },
      ...{ adhocToDate: adhocTo, validToDate: validTo },
      ...{ proposedBy: act.person, createdMs: act.at },
    };
    const older = (
      await reader.where<LimitProposalRow>('limit_proposal', 'bank', act.party)
    ).filter(
      (each) =>
        each.state === 'OPEN' &&
        each.currency === proposal.currency &&
        isSameSubject(each, proposal),
    );
    const readers = await readersOf(reader, act.party, subject);
    return accept(
      proposal.id,
      [
        ...older.map((each) => update('limit_proposal', each, { state: 'VOID' })),
        insert('limit_proposal', proposal),
      ],
      {
        grants: readers.map((party) => granted(party, 'LimitProposal', proposal)),
        readers,
      },
    );
  },
});

/**
 * Another person of the bank puts the limit in force. It replaces the one before; a lower one takes
 * nothing back, it only stops new business. The approval names the amounts, so that nobody approves
 * what was changed meanwhile.
 */
export const approveLimit = handler({
  kind: 'limit.approve',
  objects: ({ proposal }) => [proposal],
  mandate: ({ sanctioned }) => ({ action: 'limit.set', amount: sanctioned }),
  async exposes(reader, { party, body, businessDate }) {
    const proposal = await reader.get<LimitProposalRow>('limit_proposal', body.proposal);
    if (proposal === null) return {};
    const before = await limitBefore(reader, proposal);
    const most = (limit: LimitRow | null) => (limit === null ? 0n : limitOn(limit, businessDate));
    if (most({ ...proposal, version: 1 }) <= most(before)) return {};
    const { buyer, supplier } = proposal;
    return {
      bank: party,
      ...(buyer === null ? {} : { buyer }),
      ...(supplier === null ? {} : { supplier }),
    };
  },
  async decide(reader, act) {
    const proposal = await reader.get<LimitProposalRow>('limit_proposal', act.body.proposal);
    if (proposal === null || proposal.bank !== act.party) throw notFound();
    const { currency, sanctionedMinor, adhocMinor, validToDate } = proposal;
    const no =
      (proposal.state === 'OPEN' ? null : texts.limitProposalNotOpen(proposal.state)) ??
      otherPersonOnly(proposal, act.person) ??
      sameBarrier(act.body.sanctioned, sanctionedMinor, currency) ??
      sameBarrier(act.body.adhoc, adhocMinor, currency) ??
      (validToDate < act.businessDate ? texts.validToInPast(validToDate, act.businessDate) : null);
    if (no !== null) return no;

    const readers = await readersOf(reader, act.party, proposal);
    const approved = update('limit_proposal', proposal, { state: 'APPROVED' });
    const before = await limitBefore(reader, proposal);
    const { change, subject, grants } = inForce(proposal, before, act, readers);
    return accept(subject, [approved, change], { grants, readers });
  },
});

/** The limit as it stands from now on: a new one, or the one before with what was proposed. */
function inForce(
  proposal: LimitProposalRow,
  before: LimitRow | null,
  act: { readonly id: (prefix: string, order: number) => string; readonly at: bigint },
  readers: readonly string[],
): { readonly change: Change; readonly subject: string; readonly grants: readonly Grant[] } {
  const { sanctionedMinor, adhocMinor, adhocToDate, validToDate } = proposal;
  const amounts = { sanctionedMinor, adhocMinor, adhocToDate, validToDate };
  if (before !== null) {
    return { change: update('credit_limit', before, amounts), subject: before.id, grants: [] };
  }
  const { bank, dimension, buyer, supplier, programme, currency } = proposal;
  const limit: LimitRow = {
    ...{ id: act.id('lim', 0), version: 1, bank, dimension, buyer, supplier, programme },
    ...{ currency, ...amounts, createdMs: act.at },
  };
  const grants = readers.map((party) => granted(party, 'CreditLimit', limit));
  return { change: insert('credit_limit', limit), subject: limit.id, grants };
}

async function limitBefore(reader: Reader, proposal: LimitProposalRow): Promise<LimitRow | null> {
  const limits = await reader.where<LimitRow>('credit_limit', 'bank', proposal.bank);
  const same = (each: LimitRow) =>
    each.currency === proposal.currency && isSameSubject(each, proposal);
  return limits.find(same) ?? null;
}

function amountsBarrier(
  [sanctionedMinor, currency]: readonly [bigint, string],
  [adhocMinor, adhocCurrency]: readonly [bigint, string],
  adhocTo: string | null,
  validTo: string,
  today: string,
): Refusal | null {
  if (sanctionedMinor < 0n) return texts.limitNegative({ minor: sanctionedMinor, currency });
  if (adhocCurrency !== currency) return texts.currencyMismatch('adhoc', adhocCurrency, currency);
  if (adhocMinor < 0n) return texts.limitNegative({ minor: adhocMinor, currency });
  if (adhocMinor > 0n !== (adhocTo !== null)) {
    return texts.adhocWithoutDay({ minor: adhocMinor, currency });
  }
  if (validTo < today) return texts.validToInPast(validTo, today);
  return adhocTo !== null && adhocTo < today ? texts.validToInPast(adhocTo, today) : null;
}

function sameBarrier(
  [minor, seen]: readonly [bigint, string],
  expectedMinor: bigint,
  currency: string,
): Refusal | null {
  return minor === expectedMinor && seen === currency
    ? null
    : texts.limitAmounts({ minor, currency: seen }, { minor: expectedMinor, currency });
}

/** The bank itself, and the auditors of the programmes in which the limit counts. */
async function readersOf(
  reader: Reader,
  bank: string,
  subject: LimitSubject,
): Promise<readonly string[]> {
  const concerned = await programmesOf(reader, bank, subject);
  const auditors = await Promise.all(
    concerned.map(({ programme }) => auditorsOf(reader, programme)),
  );
  return [...new Set([bank, ...auditors.flat()])];
}

/** The party's programmes in which the subject of a limit stands, with the party's role. */
async function programmesOf(
  reader: Reader,
  party: string,
  { buyer, supplier, programme: only }: LimitSubject,
): Promise<readonly { readonly programme: string; readonly role: string }[]> {
  const own = await reader.where<{
    readonly id: string;
    readonly programme: string;
    readonly role: string;
  }>('membership', 'member', party);
  const found: { readonly programme: string; readonly role: string }[] = [];
  for (const { programme, role } of own) {
    const { core } = await requireProgramme(reader, programme);
    const isOf =
      party !== core &&
      (buyer === null || core === buyer) &&
      (only === null || programme === only) &&
      (supplier === null || (await isMember(reader, programme, supplier, 'SUPPLIER')));
    if (isOf) found.push({ programme, role });
  }
  return found;
}
