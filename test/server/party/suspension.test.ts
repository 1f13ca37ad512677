/** A suspended organisation begins nothing new and nobody begins anything new with it; the rest goes on. */
import { describe, expect, it } from 'vitest';
import { type InputOf, type KindName, kindNames } from '../../../chain/src/act/kinds.ts';
import { allHandlers } from '../../../server/src/app.ts';
import type { RequestRow } from '../../../server/src/financing/model.ts';
import { confirmationStatement } from '../../../server/src/invoice/model.ts';
import { update } from '../../../server/src/kernel/change.ts';
import type { Decision } from '../../../server/src/kernel/decision.ts';
import type { PartyRow } from '../../../server/src/party/model.ts';
import { sides } from '../../../server/src/party/suspension.ts';
import type { CertificateRow } from '../../../server/src/receivable/model.ts';
import {
  certified,
  hopTo,
  limited,
  limitTerms,
  newTrade,
  offerOf,
  programmeId,
  type Trade,
  type Who,
  who,
} from '../../support/trade.ts';

const eur = (minor: bigint) => [minor, 'EUR'] as const;
const governor: Who = { party: 'pty_operator', person: 'per_governor' };
const carl: Who = { party: who.aurora.party, person: 'per_carl' };

/** An act that begins something new, a moment before it is made, and who takes part in it. */
type Moment = {
  readonly trade: Trade;
  readonly make: () => Promise<Decision | 'NOT_FOUND'>;
  readonly parts: Readonly<Record<string, Who>>;
};

function moment<N extends KindName>(
  trade: Trade,
  kind: N,
  input: InputOf<N>,
  by: Who,
  parts: Moment['parts'],
): Moment {
  return { trade, make: () => trade.act(kind, input, by), parts };
}

const unpromised = {
  state: 'RECEIVED',
  approvedMinor: null,
  dueDate: null,
  confirmedBy: null,
} as const;
const promise = {
  ...{ invoice: 'inv_1', approved: eur(100_000_00n), dueDate: '2026-05-31', reason: null },
};

function world(options: Parameters<typeof newTrade>[0] = {}): Trade {
  const trade = newTrade(options);
  const roles: readonly (readonly [Who, string])[] = [
    [who.aurora, 'CORE'],
    [who.outsider, 'SUPPLIER'],
    [governor, 'OPERATOR'],
  ];
  for (const [{ party }, role] of roles) {
    trade.rows.apply([update('party', trade.row<PartyRow>('party', party), { roles: [role] })]);
  }
  return trade;
}

function stand(trade: Trade, { party }: Who, state: PartyRow['state']): void {
  trade.rows.apply([update('party', trade.row<PartyRow>('party', party), { state })]);
}

async function asked() {
  const trade = world();
  const certificate = (await certified(trade)).id;
  await limited(trade, who.bankA);
  const closesAtMs = trade.clock.ms + 60_000n;
  const input = { certificate, invited: [who.bankA.party], closesAtMs, payTo: 'acc_pty_bolt' };
  return { trade, input, parts: { holder: who.bolt, buyer: who.aurora } };
}

async function requested() {
  const { trade, input, parts } = await asked();
  const request = await trade.must('finance.request', input, who.bolt);
  const quote: InputOf<'quote.submit'> = {
    ...{ request, rateMicros: 64_000n, method: 'STRAIGHT', dayCount: 'ACT_365F' },
    ...{ advanceMicros: 1_000_000n, feeFlat: eur(0n), feeMicros: 0n, feeMin: eur(0n) },
    ...{ recourse: 'NONE', validTo: '2026-03-10' },
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
  };
  return { trade, request, quote, parts: { ...parts, bank: who.bankA } };
}

/** 100,000.00 at 6.40 % from 2026-03-02 to 2026-06-01: 91 days. */
const net = eur(98_404_38n);

async function chosen(upTo: 'quoted' | 'reserved' | 'proposed') {
  const { trade, request, quote: terms, parts } = await requested();
  const quote = await trade.must('quote.submit', terms, who.bankA);
  trade.clock.ms += 60_000n;
  await trade.must('finance.close', { request }, who.automation);
  const input = { request, quote, net };
  if (upTo !== 'quoted') await trade.must('quote.choose', input, who.bolt);
  if (upTo === 'proposed') await trade.must('finance.propose', input, who.bankA);
  return { trade, input, parts };
}

async function transferred(upTo: 'held' | 'offered') {
  const trade = world();
  const certificate = (await certified(trade)).id;
  const input = hopTo(certificate, who.copper);
  if (upTo === 'offered') await trade.must('certificate.transfer', input, who.bolt);
  return { trade, input };
}

/** The moments of all kinds that begin something new; a new one is not complete before it stands here. */
const moments: Readonly<Partial<Record<KindName, () => Promise<Moment>>>> = {
  async 'party.register'() {
    const input: InputOf<'party.register'> = {
      ...{ name: 'Nut', country: 'DE', scheme: 'VAT', number: 'N 1', numberMadeUp: true },
      ...{ roles: ['SUPPLIER'], sponsor: who.aurora.party },
    };
    return moment(world(), 'party.register', input, who.aurora, { sponsor: who.aurora });
  },
  async 'programme.open'() {
    const input: InputOf<'programme.open'> = {
      ...{ name: 'Second', technique: 'RECEIVABLES_DISCOUNTING', currency: null },
      ...{ minSplitMinor: 1n, minTenorDays: 0n, maxTenorDays: 365n, confirmDays: 5n },
      ...{ graceDays: 5n, dayCount: 'ACT_365F', businessDayRule: 'FOLLOWING', recourse: 'NONE' },
      ...{ requireDelivery: false, maxDepth: null, calendars: ['WEEKDAYS'], timeZone: 'UTC' },
      ...{ marketOpens: '00:00', marketCloses: '24:00', exDays: 0n, policyPacks: [] },
      issueLimitMinor: null,
    };
    return moment(world(), 'programme.open', input, who.aurora, { core: who.aurora });
  },
  async 'programme.admit'() {
    const input = { programme: programmeId, member: who.outsider.party, role: 'SUPPLIER' };
    const parts = { core: who.aurora, member: who.outsider };
    return moment(world(), 'programme.admit', input, who.aurora, parts);
  },
  async 'invoice.submit'() {
    const input: InputOf<'invoice.submit'> = {
      ...{ programme: programmeId, seller: who.bolt.party, buyer: who.aurora.party },
      ...{ document: 'doc_2', documentDigest: new Uint8Array(32), format: 'UBL 2.1 Invoice' },
      ...{ number: 'INV-2002', typeCode: '380', issueDate: '2026-03-01', dueDate: '2026-05-31' },
      ...{ payable: eur(5_000_00n), orderReference: null },
    };
    const parts = { seller: who.bolt, buyer: who.aurora };
    return moment(world(), 'invoice.submit', input, who.bolt, parts);
  },
  async 'invoice.propose'() {
    const parts = { seller: who.bolt, buyer: who.aurora };
    const trade = world({ invoice: unpromised });
    return moment(trade, 'invoice.propose', promise, who.aurora, parts);
  },
  async 'invoice.confirm'() {
    const trade = world({ invoice: unpromised });
    await trade.must('invoice.propose', promise, who.aurora);
    const [proposal] = trade.all<{ readonly id: string }>('proposal');
    const input = { ...promise, proposal: proposal?.id ?? '', statement: confirmationStatement };
    const parts = { seller: who.bolt, buyer: who.aurora };
    return moment(trade, 'invoice.confirm', input, carl, parts);
  },
  async 'certificate.transfer'() {
    const { trade, input } = await transferred('held');
    const parts = { holder: who.bolt, transferee: who.copper };
    return moment(trade, 'certificate.transfer', input, who.bolt, parts);
  },
  async 'certificate.receive'() {
    const { trade, input } = await transferred('offered');
    const { certificate } = input;
    const parts = { transferee: who.copper, transferor: who.bolt };
    return moment(trade, 'certificate.receive', offerOf(trade, certificate), who.copper, parts);
  },
  async 'limit.approve'() {
    const trade = world();
    const terms = limitTerms();
    const { sanctioned, adhoc } = terms;
    const proposal = await trade.must('limit.propose', terms, who.bankA);
    const input = { proposal, sanctioned, adhoc };
    const parts = { bank: who.bankA, buyer: who.aurora };
    return moment(trade, 'limit.approve', input, who.bankAApprover, parts);
  },
  async 'finance.request'() {
    const { trade, input, parts } = await asked();
    return moment(trade, 'finance.request', input, who.bolt, parts);
  },
  async 'quote.submit'() {
    const { trade, quote, parts } = await requested();
    return moment(trade, 'quote.submit', quote, who.bankA, parts);
  },
  async 'quote.choose'() {
    const { trade, input, parts } = await chosen('quoted');
    return moment(trade, 'quote.choose', input, who.bolt, parts);
  },
  async 'finance.propose'() {
    const { trade, input, parts } = await chosen('reserved');
    return moment(trade, 'finance.propose', input, who.bankA, parts);
  },
  async 'finance.approve'() {
    const { trade, input, parts } = await chosen('proposed');
    const [proposal] = trade.all<{ readonly id: string }>('funding_proposal');
    const { request } = input;
    const { certificate, invoice } = trade.row<RequestRow>('finance_request', request);
    const terms = {
      ...{ request, net, payTo: 'acc_pty_bolt', proposal: proposal?.id ?? '' },
      ...{ certificate, invoice },
    };
    return moment(trade, 'finance.approve', terms, who.bankAApprover, parts);
  },
};

describe('every kind of act', () => {
  const handlers = new Map(allHandlers().map((each) => [each.kind, each]));

  it('stands on one side of a suspension', () => {
    expect(Object.keys(sides).sort()).toEqual([...kindNames].sort());
  });

  it('asks who is suspended exactly when it begins something new', () => {
    const asks = kindNames.filter((kind) => handlers.get(kind)?.exposes !== undefined);

    expect(asks).toEqual(kindNames.filter((kind) => sides[kind] === 'NEW_EXPOSURE'));
  });

  it('that begins something new is tried below', () => {
    const begins = kindNames.filter((kind) => sides[kind] === 'NEW_EXPOSURE');

    expect(Object.keys(moments).sort()).toEqual([...begins].sort());
  });
});

describe.each(Object.entries(moments))('%s', (_kind, prepare) => {
  it('is refused while anyone in it is suspended, and goes through when all are active', async () => {
    const { trade, make, parts } = await prepare();
    for (const [part, party] of Object.entries(parts)) {
      stand(trade, party, 'SUSPENDED');
      expect(await make()).toMatchObject({
        ...{ code: 'PARTY_SUSPENDED', path: part },
      });
      stand(trade, party, 'ACTIVE');
    }

    expect(await make()).toMatchObject({ kind: 'accepted' });
  });
});

describe('while everyone is suspended', () => {
  it('what was promised is accepted, cut, disputed, settled and falls due', async () => {
    const trade = newTrade();
    for (const each of Object.values(who)) stand(trade, each, 'SUSPENDED');

    const { id: certificate } = await certified(trade);
    await trade.must(
      'certificate.split',
      { certificate, parts: [eur(60_000_00n), eur(40_000_00n)] },
      who.bolt,
    );
    const dispute = await trade.must(
      'dispute.raise',
      {
        ...{ invoice: 'inv_1', amount: eur(10_00n), reasonCode: 'PRICE', text: 'Ten too much.' },
        documentDigest: null,
      },
      who.aurora,
    );
    await trade.must('dispute.accept', { dispute, amount: eur(10_00n) }, who.bolt);
    trade.clock.today = '2026-06-01';
    const [part] = trade
      .all<CertificateRow>('certificate')
      .filter(({ parent }) => parent === certificate);
    await trade.must('certificate.due', { certificate: part?.id ?? '' }, who.automation);

    expect(trade.all('leg')).toHaveLength(1);
  });

  it('an offer is sent back, a request taken back, a limit lowered, an account changed', async () => {
    const { trade, input } = await transferred('offered');
    const { certificate } = input;
    const transfer = trade.row<CertificateRow>('certificate', certificate).transfer ?? '';
    await limited(trade, who.bankA);
    for (const each of Object.values(who)) stand(trade, each, 'SUSPENDED');

    const reason = 'Not ours.';
    await trade.must('certificate.reject', { certificate, transfer, reason }, who.copper);
    await limited(trade, who.bankA, { sanctioned: eur(999_999_99n) });
    const { sanctioned, adhoc } = limitTerms();
    const raised = await trade.must('limit.propose', limitTerms(), who.bankA);
    const approval = { proposal: raised, sanctioned, adhoc };
    expect(await trade.refused('limit.approve', approval, who.bankAApprover)).toBe(
      'PARTY_SUSPENDED',
    );
    await trade.must(
      'account.change',
      {
        ...{ account: 'acc_pty_bolt', scheme: 'OTHER', identifier: 'Second', holderName: 'Bolt' },
        reason: 'Our bank closes.',
      },
      who.bolt,
    );
  });
});

describe('suspending', () => {
  const suspending = { suspended: who.bolt.party, reason: 'Invoices that nobody ordered.' };

  it('is for the operator, says why, and changes nothing the second time', async () => {
    const trade = world();

    expect(await trade.refused('party.suspend', suspending, who.aurora)).toBe('MAY_NOT_SUSPEND');
    expect(await trade.refused('party.suspend', { ...suspending, reason: ' ' }, governor)).toBe(
      'REASON_REQUIRED',
    );
    await trade.must('party.suspend', suspending, governor);
    const suspended = trade.row<PartyRow>('party', who.bolt.party);
    await trade.must('party.suspend', suspending, governor);

    expect(suspended.state).toBe('SUSPENDED');
    expect(trade.row('party', who.bolt.party)).toEqual(suspended);
  });

  it('does not reach the operator itself, and ends with a reinstatement', async () => {
    const trade = world();
    const itself = { suspended: governor.party, reason: 'By mistake.' };

    expect(await trade.refused('party.suspend', itself, governor)).toBe('SUSPENDS_ITSELF');
    await trade.must('party.suspend', suspending, governor);
    const back = { reinstated: who.bolt.party, reason: 'Cleared.' };
    expect(await trade.refused('party.reinstate', back, who.aurora)).toBe('MAY_NOT_SUSPEND');
    await trade.must('party.reinstate', back, governor);

    expect(trade.row('party', who.bolt.party)).toMatchObject({ state: 'ACTIVE' });
  });

  it('is not told of an organisation that one may not pass on to', async () => {
    const { trade, input } = await transferred('held');
    stand(trade, who.outsider, 'SUSPENDED');

    const strange = { ...input, transferee: who.outsider.party };
    expect(await trade.refused('certificate.transfer', strange, who.bolt)).toBe('NOT_FOUND');
  });
});
