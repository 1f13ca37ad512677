/**
 * What the chain says of an invoice's fingerprint while its story goes on, shown to a stranger by state
 * proofs: absent, reserved, and financed from the moment a bank has paid on any part of it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelOf } from '../../../chain/src/act/act.ts';
import { hubName } from '../../../chain/src/index.ts';
import { verifyFile } from '../../../chain/src/verify.ts';
import { secretsOf } from '../../../server/src/app.ts';
import { canonicalText } from '../../../server/src/invoice/fingerprint.ts';
import { confirmationStatement, type InvoiceRow } from '../../../server/src/invoice/model.ts';
import { lineText } from '../../../server/src/settlement/line-text.ts';
import type { LegRow } from '../../../server/src/settlement/model.ts';
import { openTrade, type Trade } from '../../support/goods-and-money.ts';
import { testMasterKey } from '../../support/world.ts';

let trade: Trade;
let token: Uint8Array;

beforeAll(async () => {
  trade = await openTrade({ requireDelivery: false, hasSecondBank: true });
  const amounts = { sanctioned: [10n ** 9n, 'CNY'], adhoc: [0n, 'CNY'] } as const;
  const proposal = await trade.act(trade.who('analyst B'), 'limit.propose', {
    ...{ dimension: 'BUYER', buyer: trade.party('Aurora').id, supplier: null, programme: null },
    ...{ ...amounts, adhocTo: null, validTo: '2027-01-01' },
  });
  await trade.act(trade.who('boss B'), 'limit.approve', { proposal, ...amounts });
  token = secretsOf(testMasterKey).fingerprint(
    canonicalText({
      seller: { scheme: 'USCC', number: 'Bolt' },
      buyer: { scheme: 'USCC', number: 'Aurora' },
      ...{ number: 'INV-2002', issueDate: '2026-03-02' },
    }),
  );
});

afterAll(() => trade.world.stop());

/** What a stranger reads in the newest state proof of the invoice's fingerprint. */
async function status(): Promise<object> {
  const { chain } = trade.world.foundation;
  const channel = channelOf(chain.chainId, hubName);
  const file = await chain.log.stateProof({ type: 'fingerprint', channel, id: token });
  const { outcome, proven } = verifyFile(file, await chain.anchor());
  return { outcome, status: proven?.fields.status, financed: proven?.fields.financed };
}

const half = [50_000_00n, 'CNY'] as const;
const whole = [100_000_00n, 'CNY'] as const;

async function confirmed(): Promise<string> {
  const { act, who, value } = trade;
  const invoice = await act(who('bolt'), 'invoice.submit', {
    ...{ programme: trade.programme, seller: trade.party('Bolt').id, document: 'doc_2' },
    ...{ buyer: trade.party('Aurora').id, documentDigest: new Uint8Array(32), typeCode: '380' },
    ...{ format: 'UBL 2.1 Invoice', number: 'INV-2002', issueDate: '2026-03-02' },
    ...{ dueDate: '2026-05-31', orderReference: 'PO-2', payable: whole },
  });
  expect(await status()).toEqual({ outcome: 'proven', status: 'reserved', financed: false });
  const terms = { invoice, approved: whole, dueDate: '2026-05-31', reason: null };
  await act(who('clerk'), 'invoice.propose', terms);
  const proposal = await value('SELECT "id" FROM proposal WHERE "invoice" = $1', invoice);
  await act(who('approver'), 'invoice.confirm', {
    ...{ ...terms, proposal, statement: confirmationStatement },
  });
  return invoice;
}

/** The part is sold to the bank, up to the instruction to pay. Gives the leg. */
async function instructed(certificate: string, bank: string, suffix: string): Promise<LegRow> {
  const { act, who, until, value, world } = trade;
  const account = trade.account('Bolt');
  const request = await act(who('bolt'), 'finance.request', {
    ...{ certificate, invited: [trade.party(bank).id], payTo: account },
    closesAtMs: BigInt(Date.now() + 2_000),
  });
  const quote = await act(who(`analyst${suffix}`), 'quote.submit', {
    ...{ request, rateMicros: 60_000n, method: 'STRAIGHT', dayCount: 'ACT_365F' },
    ...{ advanceMicros: 1_000_000n, feeFlat: [0n, 'CNY'], feeMicros: 0n, feeMin: [0n, 'CNY'] },
    ...{ recourse: 'NONE', validTo: '2026-12-31' },
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
  });
  const isIn = (state: string) => async () =>
    (await value('SELECT "state" FROM finance_request WHERE "id" = $1', request)) === state;
  await until('the window closes', isIn('CLOSED'));
  const priced = await world.ask<{
    financeRequest: { quotes: readonly { net: { amount: string } }[] };
  }>(
    who('bolt').person,
    'query ($id: ID!) { financeRequest(id: $id) { quotes { net { amount } } } }',
    { id: request },
  );
  const [first] = priced.financeRequest.quotes;
  const net = [BigInt((first?.net.amount ?? '').replace('.', '')), 'CNY'] as const;
  await act(who('bolt'), 'quote.choose', { request, quote, net });
  await until('the choice is final', isIn('RESERVED'));
  await act(who(`analyst${suffix}`), 'finance.propose', { request, quote, net });
  const proposal = await value('SELECT "id" FROM funding_proposal WHERE "request" = $1', request);
  const invoice = await value('SELECT "invoice" FROM certificate WHERE "id" = $1', certificate);
  await act(who(`boss${suffix}`), 'finance.approve', {
    ...{ request, proposal, net, payTo: account, certificate, invoice },
  });
  const found = await world.database.pool.query<LegRow>('SELECT * FROM leg WHERE "request" = $1', [
    request,
  ]);
  const [leg] = found.rows;
  if (leg === undefined) throw new Error('an instructed request has its leg');
  return leg;
}

function pay(leg: LegRow, bank: string, suffix: string): Promise<string> {
  const line = lineText({
    ...{ bookingDate: '2026-03-02', credit: false, currency: 'CNY', counterparty: 'Bolt' },
    ...{ amountMinor: BigInt(leg.amountMinor), remittance: leg.reference },
    ...{ bankReference: `B${suffix}`, endToEndId: null },
  });
  return trade.act(trade.who(`analyst${suffix}`), 'statement.import', {
    ...{ account: trade.account(bank), format: 'CSV', documentDigest: new Uint8Array(32) },
    lines: [line],
  });
}

describe('the fingerprint of an invoice', () => {
  it('is absent, then reserved, then financed for good, also when two banks pay parts of it at once', async () => {
    const { act, who, until, value, world } = trade;
    expect(await status()).toEqual({ outcome: 'proven', status: 'absent', financed: false });
    const invoice = await confirmed();
    const ofInvoice = 'SELECT "id" FROM certificate WHERE "invoice" = $1';
    await until('issued', async () => (await value(ofInvoice, invoice)) !== '');
    const certificate = await value(ofInvoice, invoice);
    await act(who('bolt'), 'certificate.accept', { certificate });
    await act(who('bolt'), 'certificate.split', { certificate, parts: [half, half] });
    const parts = await world.database.pool.query<{ id: string }>(
      'SELECT "id" FROM certificate WHERE "parent" = $1 ORDER BY "id"',
      [certificate],
    );
    const [left, right] = parts.rows.map(({ id }) => id);
    if (left === undefined || right === undefined) throw new Error('two parts');
    const [first, second] = await Promise.all([
      instructed(left, 'Bank A', ''),
      instructed(right, 'Bank B', ' B'),
    ]);
    expect(await status()).toEqual({ outcome: 'proven', status: 'reserved', financed: false });

    await Promise.all([pay(first, 'Bank A', ''), pay(second, 'Bank B', ' B')]);

    for (const part of [left, right])
      await until('the part is with its bank', async () => {
        const state = await value('SELECT "state" FROM certificate WHERE "id" = $1', part);
        return state === 'ASSIGNED';
      });
    expect(await status()).toEqual({ outcome: 'proven', status: 'financed', financed: true });
    const refused = await act(who('bolt'), 'invoice.withdraw', { invoice, reason: 'again' }).catch(
      (error: unknown) => String(error),
    );
    expect(refused).toContain('CONFIRMATION_IRREVOCABLE');
    const { canonical } = (
      await world.database.pool.query<InvoiceRow>('SELECT * FROM invoice WHERE "id" = $1', [
        invoice,
      ])
    ).rows[0] ?? { canonical: '' };
    expect(secretsOf(testMasterKey).fingerprint(canonical)).toEqual(token);
  });

  it('is derived again by the audit from the acts alone', async () => {
    await trade.until('all acts are anchored', async () => {
      const waiting = await trade.world.database.pool.query('SELECT 1 FROM outbox LIMIT 1');
      return waiting.rows.length === 0;
    });

    expect((await trade.world.audit()).differences).toEqual([]);
  });
});
