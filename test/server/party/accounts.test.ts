/** A bank account changes: three people, two days, and a way back. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import { insert } from '../../../server/src/kernel/change.ts';
import type {
  AccountChangeRow,
  AccountRow,
  MandateRow,
  PersonRow,
} from '../../../server/src/party/model.ts';
import { certified, limited, newTrade, type Trade, type Who, who } from '../../support/trade.ts';

const account = 'acc_pty_bolt';
const eur = (minor: bigint) => [minor, 'EUR'] as const;
const ofBolt = (name: string): Who => ({ party: who.bolt.party, person: `per_${name}` });
const [bea, carl] = [ofBolt('bea'), ofBolt('carl')];
const operator: Who = { party: 'pty_operator', person: 'per_governor' };
const hourMs = 3_600_000n;
const minuteMs = 60_000n;

const changing: InputOf<'account.change'> = {
  ...{ account, scheme: 'IBAN', identifier: 'DE89370400440532013000', holderName: 'Bolt GmbH' },
  reason: 'Our bank closes.',
};

let trade: Trade;
beforeEach(() => {
  trade = newTrade();
  trade.clock.ms = BigInt(Date.UTC(2026, 2, 2, 9));
});

const acc = () => trade.row<AccountRow>('account', account);
const changeOf = (id: string) => trade.row<AccountChangeRow>('account_change', id);

/** People of bolt who administer it, with mandates that end on a day. */
function administer(people: readonly Who[], validToDate = '2026-12-31'): void {
  for (const { party, person } of people) {
    const holder = person ?? '';
    const named: PersonRow = {
      ...{ id: holder, version: 1, party, name: holder, role: 'owner', createdMs: 1n },
    };
    const mandate: MandateRow = {
      ...{ id: `mdt_${holder}`, version: 1, party, holder, action: 'party.admin' },
      ...{ limitMinor: null, limitCurrency: null, validFromDate: '2026-01-01', validToDate },
      ...{ revoked: false, createdMs: 1n },
    };
    trade.rows.apply([insert('person', named), insert('mandate', mandate)]);
  }
}

async function inForce(): Promise<string> {
  const change = await trade.must('account.change', changing, who.bolt);
  await trade.must('account.approve', { change, account }, bea);
  await trade.must('account.approve', { change, account }, carl);
  return change;
}

describe('changing a bank account', () => {
  it('takes two people beside the one who proposes, and then is held for 48 hours', async () => {
    const change = await trade.must('account.change', changing, who.bolt);
    expect(await trade.refused('account.approve', { change, account }, who.bolt)).toBe(
      'FOUR_EYES_SAME_PERSON',
    );
    await trade.must('account.approve', { change, account }, bea);
    await trade.must('account.approve', { change, account }, bea);
    expect(acc()).toMatchObject({ identifier: 'pty_bolt', heldUntilMs: null });

    await trade.must('account.approve', { change, account }, carl);

    const heldUntilMs = trade.clock.ms + 48n * hourMs;
    expect(acc()).toMatchObject({
      ...{ id: account, scheme: 'IBAN', identifier: 'DE89370400440532013000' },
      ...{ holderName: 'Bolt GmbH', heldUntilMs },
    });
    expect(changeOf(change)).toMatchObject({
      ...{ state: 'IN_FORCE', oldIdentifier: 'pty_bolt', heldUntilMs },
      ...{ proposedBy: 'per_bo', approvedBy: ['per_bea', 'per_carl'] },
    });
  });

  it('names the field that is wrong: check digits, the same account, one of somebody else', async () => {
    const with_ = (change: Partial<typeof changing>) =>
      trade.act('account.change', { ...changing, ...change }, who.bolt);

    expect(await with_({ identifier: 'DE89370400440532013001' })).toMatchObject({
      ...{ code: 'BAD_INPUT', path: 'identifier', seen: 'DE89370400440532013001' },
    });
    expect(
      await with_({ scheme: 'OTHER', identifier: 'pty_bolt', holderName: 'pty_bolt' }),
    ).toMatchObject({ code: 'BAD_INPUT', path: 'identifier' });
    expect(await with_({ scheme: 'OTHER', identifier: 'pty_copper' })).toMatchObject({
      code: 'ACCOUNT_KNOWN',
    });
    expect(await with_({ reason: ' ' })).toMatchObject({ code: 'REASON_REQUIRED' });
    expect(await trade.refused('account.change', changing, who.copper)).toBe('NOT_FOUND');
    expect(await trade.refused('account.change', changing, { ...who.bolt, person: null })).toBe(
      'PERSON_NEEDED',
    );
  });

  it('goes one at a time, until the hold of the one before is over', async () => {
    await inForce();
    const next = { ...changing, scheme: 'OTHER', identifier: 'Third' };

    expect(await trade.refused('account.change', next, who.bolt)).toBe('ACCOUNT_CHANGE_OPEN');
    trade.clock.ms += 48n * hourMs;
    await trade.must('account.change', next, who.bolt);
  });

  it('is helped by the operator where people are too few, and by no one else', async () => {
    administer([who.bolt, bea]);
    const change = await trade.must('account.change', changing, who.bolt);

    await trade.must('account.approve', { change, account }, operator);
    expect(await trade.refused('account.approve', { change, account }, who.copper)).toBe(
      'NOT_FOUND',
    );
    administer([carl]);
    expect(
      await trade.refused(
        'account.approve',
        { change, account },
        { ...operator, person: 'per_second' },
      ),
    ).toBe('OWN_PEOPLE_APPROVE');
  });

  it('counts only people whose mandate is valid that day', async () => {
    administer([who.bolt, bea]);
    administer([carl], '2026-03-01');
    const change = await trade.must('account.change', changing, who.bolt);

    await trade.must('account.approve', { change, account }, operator);
  });

  it('is taken back by one person, and the account before stands without a hold', async () => {
    const change = await inForce();
    trade.clock.ms += 47n * hourMs;
    const back = { change, account, reason: 'None of us asked for it.' };

    expect(await trade.refused('account.retract', back, operator)).toBe('NOT_FOUND');
    await trade.must('account.retract', back, bea);
    await trade.must('account.retract', back, bea);

    expect(acc()).toMatchObject({ scheme: 'OTHER', identifier: 'pty_bolt', heldUntilMs: null });
    expect(changeOf(change).state).toBe('RETRACTED');
    expect(await trade.refused('account.approve', { change, account }, ofBolt('dora'))).toBe(
      'ACCOUNT_CHANGE_STATE',
    );
  });

  it('is final when the hold is over', async () => {
    const change = await inForce();
    trade.clock.ms += 48n * hourMs;

    const back = { change, account, reason: 'Too late.' };
    expect(await trade.refused('account.retract', back, bea)).toBe('ACCOUNT_CHANGE_STATE');
  });

  it('is the only way to a second account for a currency', async () => {
    const second: InputOf<'account.open'> = {
      ...{ owner: who.bolt.party, scheme: 'OTHER', identifier: 'Second', holderName: 'Bolt' },
      ...{ currency: 'EUR', servicer: null },
    };

    expect(await trade.refused('account.open', second, who.bolt)).toBe('ACCOUNT_CHANGE_NEEDED');
  });
});

describe('a bank that is about to pay', () => {
  /** Funding that waits for its approver; 100,000.00 at 6.40 % for 91 days. */
  async function waiting() {
    const certificate = (await certified(trade)).id;
    await limited(trade, who.bankA);
    const closesAtMs = trade.clock.ms + minuteMs;
    const request = await trade.must(
      'finance.request',
      { certificate, invited: [who.bankA.party], closesAtMs, payTo: account },
      who.bolt,
    );
    const quote = await trade.must(
      'quote.submit',
      {
        ...{ request, rateMicros: 64_000n, method: 'STRAIGHT', dayCount: 'ACT_365F' },
        ...{ advanceMicros: 1_000_000n, feeFlat: eur(0n), feeMicros: 0n, feeMin: eur(0n) },
        ...{ recourse: 'NONE', validTo: '2026-03-10' },
        ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
      },
      who.bankA,
    );
    trade.clock.ms += minuteMs;
    await trade.must('finance.close', { request }, who.automation);
    const net = eur(98_404_38n);
    await trade.must('quote.choose', { request, quote, net }, who.bolt);
    await trade.must('finance.propose', { request, quote, net }, who.bankA);
    const [proposal] = trade.all<{ readonly id: string }>('funding_proposal');
    const of = { certificate, invoice: 'inv_1' };
    return { request, proposal: proposal?.id ?? '', net, payTo: account, ...of };
  }

  it('B.9.33: waits 48 hours after the account was changed: refused at 47:59, paid at 48:00', async () => {
    const approving = await waiting();
    await inForce();
    const { heldUntilMs } = acc();
    // Each act is a millisecond after the clock.
    trade.clock.ms = (heldUntilMs ?? 0n) - minuteMs - 1n;

    expect(await trade.act('finance.approve', approving, who.bankAApprover)).toMatchObject({
      ...{ code: 'ACCOUNT_HOLD', path: 'payTo', seen: '0 h 1 min of the hold are left' },
    });
    trade.clock.ms = (heldUntilMs ?? 0n) - 2n;
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'ACCOUNT_HOLD',
    );
    trade.clock.ms = (heldUntilMs ?? 0n) - 1n;
    await trade.must('finance.approve', approving, who.bankAApprover);
  });

  it('is not stopped by a change that nobody has agreed to yet', async () => {
    const approving = await waiting();
    await trade.must('account.change', changing, who.bolt);

    await trade.must('finance.approve', approving, who.bankAApprover);
  });

  it('waits as well where the business day was moved, and no longer than till its two days are over', async () => {
    const approving = await waiting();
    await inForce();
    // Changed at nine on 2 March: the hold ends at nine on the 4th.
    trade.clock.today = '2026-03-04';
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'ACCOUNT_HOLD',
    );

    trade.clock.today = '2026-03-05';
    await trade.must('finance.approve', approving, who.bankAApprover);
  });
});
