/**
 * What happens after the money was paid out: load, permit, decide. Each handler decides one kind of act.
 *
 * The clock makes a certificate overdue on the day after maturity and defaulted once the days of grace
 * are over; its financing follows. Recourse is the bank's to call; provisions follow from the ladder;
 * two people give up what does not come. The seller is told of claims, and not of the bank's books.
 */
import { resultOf } from '../../../chain/src/calc/run.ts';
import type { QuoteRow, RequestRow } from '../financing/model.ts';
import { fundedRequest, lateChanges } from '../financing/service.ts';
import { releasedExposures } from '../financing/service-room.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { kept } from '../kernel/calculation.ts';
import { type Change, insert, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { requireProgramme } from '../party/service.ts';
import type { CertificateRow } from '../receivable/model.ts';
import {
  accountOf,
  auditorsOf,
  certificateOf,
  lateBarrier,
  lateChange,
  maySee,
} from '../receivable/service.ts';
import type { AdvanceRow, ClaimLegs, ClaimRow, ProvisionRow, WriteOffRow } from './model.ts';
import { claimGrounds } from './model.ts';
import { bankOnly, otherPersonOnly } from './policy.ts';
import { texts } from './texts.ts';
import {
  callable,
  carryingAt,
  claimBarrier,
  defaultBarrier,
  nextStep,
  openBarrier,
  opened,
  overdueBarrier,
  provision,
  reasonBarrier,
  writeOffBarrier,
} from './transitions.ts';

export function makeRecoveryHandlers({ legs }: { readonly legs: ClaimLegs }) {
  return [overdue, defaulted, call(legs), provide, proposeWriteOff, approveWriteOff] as const;
}

/** The day of maturity is over and something is open: interest runs, and everybody concerned is told. */
const overdue = handler({
  kind: 'certificate.overdue',
  objects: ({ certificate }) => [certificate],
  decide: (reader, act) =>
    late(reader, act, 'overdue', async (certificate) =>
      overdueBarrier(certificate, act.businessDate),
    ),
});

/** The days of grace are over and something is open. */
const defaulted = handler({
  kind: 'certificate.default',
  objects: ({ certificate }) => [certificate],
  decide: (reader, act) =>
    late(reader, act, 'default', async (certificate) => {
      const { graceDays } = await requireProgramme(reader, certificate.programme);
      return defaultBarrier(certificate, graceDays, act.businessDate);
    }),
});

async function late(
  reader: Reader,
  act: Act<'certificate.overdue' | 'certificate.default'>,
  event: 'overdue' | 'default',
  dayBarrier: (certificate: CertificateRow) => Promise<Refusal | null>,
) {
  const certificate = await certificateOf(reader, act.body.certificate);
  const [minor, currency] = act.body.owed;
  const open = { minor: certificate.openMinor, currency: certificate.currency };
  const no =
    lateBarrier(certificate, event) ??
    (await dayBarrier(certificate)) ??
    openBarrier({ minor, currency }, open);
  if (no !== null) return no;
  const asked = await fundedRequest(reader, certificate.id);
  const seller = asked === null ? [] : [asked.holder];
  return accept(certificate.id, [lateChange(certificate, event), ...lateChanges(asked, event)], {
    readers: [
      ...[certificate.holder, certificate.issuer, ...seller],
      ...(await auditorsOf(reader, certificate.programme)),
    ],
  });
}

/**
 * The bank claims from the seller what the buyer did not pay. Refuses what `callable` refuses, an
 * amount above it, a day that is over, and a claim without words.
 */
function call(legs: ClaimLegs) {
  return handler({
    kind: 'recourse.call',
    objects: ({ request }) => [request],
    mandate: ({ amount }) => ({ action: 'recourse.call', amount }),
    async decide(reader, act) {
      const { ground, amount, payBy, reason } = act.body;
      const [minor, currency] = amount;
      const asked = await requestSeen(reader, act);
      const no = bankOnly(asked, act.party) ?? pending(asked) ?? reasonBarrier(reason);
      if (no !== null) return no;
      const advance = await advanceOf(reader, asked.id);
      if (advance === null) return texts.nothingOwed(asked.state, ['FUNDED']);
      const claims = await claimsOf(reader, asked.id);
      const may = callable(asked, advance, claims, ground, act.businessDate);
      if ('kind' in may) return may;
      const most = { minor: may.mostMinor, currency: advance.currency };
      const wrong = claimBarrier({ minor, currency }, most, payBy, act.businessDate);
      if (wrong !== null) return wrong;

      const certificate = await certificateOf(reader, asked.certificate);
      const auditors = await auditorsOf(reader, asked.programme);
      const named = claimGrounds.find((each) => each === ground);
      invariant(named !== undefined, 'a ground that may be called has a name');
      const claim = legs.claim({
        ...{ act, order: 0, legOrder: 0, certificate, request: asked.id, ground: named },
        ...{ debtor: asked.holder, creditor: act.party, amountMinor: minor, dueDate: payBy },
        payTo: await accountOf(reader, act.party, advance.currency),
        ...{ reason: reason.trim(), auditors },
      });
      return accept(
        asked.id,
        [
          ...claim.changes,
          ...lateChanges(asked, 'recourse'),
          kept(act, 0, act.id('clm', 0), may.calculation),
        ],
        { grants: claim.grants, readers: [act.party, asked.holder, ...auditors] },
      );
    },
  });
}

/** A step of the ladder is reached: what is open is carried at less. Told to the bank and its auditors. */
const provide = handler({
  kind: 'asset.provide',
  objects: ({ request }) => [request],
  async decide(reader, act) {
    const { request, days, carrying } = act.body;
    const asked = await requestOf(reader, request);
    const advance = await advanceOf(reader, request);
    const step = advance === null ? null : nextStep(advance, act.businessDate);
    if (advance === null || step === null || BigInt(step) !== days)
      return texts.stepDiffers(days, step);
    const calculation = provision(advance, step);
    const expected = { minor: carryingAt(advance, step), currency: advance.currency };
    const [minor, currency] = carrying;
    if (minor !== expected.minor || currency !== expected.currency)
      return texts.carryingDiffers({ minor, currency }, expected);
    const row: ProvisionRow = {
      ...{ id: act.id('prv', 0), version: 1, request, bank: advance.bank, days: step },
      openMinor: advance.principalOpenMinor,
      providedMinor: resultOf(calculation, 'providedMinor'),
      ...{ carryingMinor: expected.minor, currency, createdMs: act.at },
    };
    return accept(
      request,
      [
        insert('provision', row),
        update('advance', advance, { providedDays: step }),
        kept(act, 0, row.id, calculation),
      ],
      { readers: await bankReaders(reader, asked, advance.bank) },
    );
  },
});

/** One person proposes to give up the principal that is open. A proposal takes the place of an earlier one. */
const proposeWriteOff = handler({
  kind: 'writeoff.propose',
  objects: ({ request }) => [request],
  mandate: ({ amount }) => ({ action: 'asset.writeoff', amount }),
  async decide(reader, act) {
    const { request, amount, reason } = act.body;
    const found = await givenUp(reader, act, amount);
    if (found.kind === 'refusal') return found;
    const wrong = reasonBarrier(reason);
    if (wrong !== null) return wrong;
    if (act.person === null) return texts.personNeeded();
    const before = await openWriteOff(reader, request);
    const row: WriteOffRow = {
      ...{ id: act.id('wof', 0), version: 1, state: 'OPEN', request, bank: act.party },
      ...{ amountMinor: amount[0], currency: amount[1], reason: reason.trim() },
      ...{ proposedBy: act.person, createdMs: act.at },
    };
    return accept(
      request,
      [
        ...(before === null ? [] : [update('write_off', before, { state: 'VOID' })]),
        insert('write_off', row),
      ],
      { readers: await bankReaders(reader, found.asked, act.party) },
    );
  },
});

/** Another person approves: the certificate is written off, and the bank's limit has room again. */
const approveWriteOff = handler({
  kind: 'writeoff.approve',
  objects: ({ request }) => [request],
  mandate: ({ amount }) => ({ action: 'asset.writeoff', amount }),
  async decide(reader, act) {
    const { request, amount } = act.body;
    const found = await givenUp(reader, act, amount);
    if (found.kind === 'refusal') return found;
    const { asked, advance } = found;
    const proposal = await openWriteOff(reader, request);
    if (proposal === null) return texts.nothingProposed();
    const [minor, currency] = amount;
    const proposed = { minor: proposal.amountMinor, currency: proposal.currency };
    const certificate = await certificateOf(reader, asked.certificate);
    const no =
      otherPersonOnly(proposal, act.person) ??
      (minor === proposed.minor ? null : texts.writeOffAmount({ minor, currency }, proposed)) ??
      lateBarrier(certificate, 'writeOff');
    if (no !== null) return no;
    return accept(
      request,
      [
        update('write_off', proposal, { state: 'CONFIRMED' }),
        update('advance', advance, { writtenOffMinor: minor }),
        ...lateChanges(asked, 'writeOff'),
        lateChange(certificate, 'writeOff'),
        ...(await releasedExposures(reader, asked)),
      ],
      { readers: await bankReaders(reader, asked, act.party) },
    );
  },
});

// What settlement, to the right, asks.

/** What a financing owes the bank from the moment on which it is paid out. */
export async function advancePaidOut(
  reader: Reader,
  act: Pick<Act, 'id' | 'at'>,
  request: string,
): Promise<AdvanceRow> {
  const asked = await requestOf(reader, request);
  const quote = await reader.get<QuoteRow>('quote', asked.chosen ?? '');
  invariant(quote !== null, 'what is paid out was quoted');
  const programme = await requireProgramme(reader, asked.programme);
  return opened(act.id('adv', 0), asked, quote, programme, act.at);
}

/** The buyer owes so much less of a certificate that a bank holds: the reserve takes it up, then the seller. */
export async function dilutedAdvance(
  reader: Reader,
  certificate: string,
  amountMinor: bigint,
): Promise<readonly Change[]> {
  const asked = await fundedRequest(reader, certificate);
  const advance = asked === null ? null : await advanceOf(reader, asked.id);
  if (advance === null) return [];
  const dilutionMinor = advance.dilutionMinor + amountMinor;
  return [update('advance', advance, { dilutionMinor })];
}

/** What a financing owes the bank, or null where nothing was paid out. */
export async function advanceOf(reader: Reader, request: string): Promise<AdvanceRow | null> {
  return (await reader.where<AdvanceRow>('advance', 'request', request))[0] ?? null;
}

export function claimsOf(reader: Reader, request: string): Promise<readonly ClaimRow[]> {
  return reader.where<ClaimRow>('claim', 'request', request);
}

/** The claim that a payment settles. */
export async function claimOfLeg(reader: Reader, leg: string): Promise<ClaimRow> {
  const claim = (await reader.where<ClaimRow>('claim', 'leg', leg))[0];
  invariant(claim !== undefined, 'a payment of recourse settles a claim');
  return claim;
}

// Helpers of the handlers above.

/** The financing and what is open of it, when the bank may give up exactly so much of it. */
async function givenUp(
  reader: Reader,
  act: Act & { readonly body: { readonly request: string } },
  [minor, currency]: readonly [bigint, string],
): Promise<
  { readonly kind: 'found'; readonly asked: RequestRow; readonly advance: AdvanceRow } | Refusal
> {
  const asked = await requestSeen(reader, act);
  const no = bankOnly(asked, act.party) ?? pending(asked);
  if (no !== null) return no;
  const advance = await advanceOf(reader, asked.id);
  if (advance === null) return texts.nothingOwed(asked.state, ['DEFAULTED']);
  const wrong = writeOffBarrier(asked, advance, { minor, currency });
  return wrong ?? { kind: 'found', asked, advance };
}

async function openWriteOff(reader: Reader, request: string): Promise<WriteOffRow | null> {
  const known = await reader.where<WriteOffRow>('write_off', 'request', request);
  return known.find(({ state }) => state === 'OPEN') ?? null;
}

async function requestSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly request: string } },
): Promise<RequestRow> {
  if (!(await maySee(reader, act.party, act.body.request))) throw notFound();
  return requestOf(reader, act.body.request);
}

async function requestOf(reader: Reader, id: string): Promise<RequestRow> {
  const asked = await reader.get<RequestRow>('finance_request', id);
  if (asked === null) throw notFound();
  return asked;
}

function pending({ pendingAct }: RequestRow): Refusal | null {
  return pendingAct === null ? null : texts.pendingReservation();
}

async function bankReaders(
  reader: Reader,
  { programme }: RequestRow,
  bank: string,
): Promise<readonly string[]> {
  return [bank, ...(await auditorsOf(reader, programme))];
}
