/** The queue of bank lines over rows in memory: what people may say of a line, and what comes of it. */
import { insert } from '@tallystick/server/src/kernel/change.ts';
import { memoryRows } from '@tallystick/server/src/platform/memory-reader.ts';
import type { AssignmentRow, LegRow, LineRow } from '@tallystick/server/src/settlement/model.ts';
import { settlementHandlers } from '@tallystick/server/src/settlement/service.ts';
import { describe, expect, it } from 'vitest';
import { type ActOptions, sliceAct } from '../../support/slice-act.ts';

const leg: LegRow = {
  ...{ id: 'leg_a', version: 1, kind: 'RESERVE', state: 'SCHEDULED', certificate: 'cer_1' },
  ...{ request: null, invoice: 'inv_1', programme: 'prg_1', payer: 'bank', payee: 'bolt' },
  ...{ payTo: 'acc_bolt', amountMinor: 100_00n, settledMinor: 0n, currency: 'CNY' },
  ...{
    dueDate: '2026-03-02',
    reference: 'TS-AAAAAAAAAA',
    rootReference: null,
    pendingAct: null,
    createdMs: 1n,
  },
};
const line: LineRow = {
  ...{ id: 'lin_1', version: 1, state: 'PARKED', statement: 'stm_1', account: 'acc_bolt' },
  ...{ owner: 'bolt', importer: 'bolt', key: 'acc_bolt:R-1', evidence: true, credit: true },
  ...{ bookingDate: '2026-03-02', amountMinor: 100_00n, currency: 'CNY', remittance: 'thanks' },
  ...{ counterparty: 'Bank', bankReference: 'R-1', endToEndId: null, legs: [], leg: null },
  ...{ appliedMinor: 0n, unappliedMinor: 100_00n, twin: null, reason: 'REFERENCE_MISSING' },
  ...{ assigned: [], pendingAct: null, createdMs: 1n },
};

function world(lines: readonly Partial<LineRow>[] = [{}], legs: readonly LegRow[] = [leg]) {
  return memoryRows([
    ...['bolt', 'bank'].map((owner) =>
      insert('account', {
        ...{ id: `acc_${owner}`, version: 1, owner, scheme: 'OTHER', identifier: owner },
        ...{ holderName: owner, currency: 'CNY', servicer: null, createdMs: 0n },
      }),
    ),
    ...lines.map((more) => insert('statement_line', { ...line, ...more })),
    ...legs.map((each) => insert('leg', each)),
  ]);
}

type World = ReturnType<typeof world>;

async function decide(rows: World, kind: string, input: object, options: Partial<ActOptions> = {}) {
  const handler = settlementHandlers.find((each) => each.kind === kind);
  if (handler === undefined) throw new Error(`no handler of ${kind}`);
  const act = sliceAct(kind as never, input as never, {
    ...{ party: 'bolt', person: 'per_clerk' },
    ...options,
  });
  const decision = await handler.decide(rows, act as never);
  if (decision.kind === 'accepted') rows.apply(decision.changes);
  return decision;
}

const saying = { line: 'lin_1', legs: ['leg_a'], reason: 'the bank told us by phone' };

async function said(rows: World, input: object = saying): Promise<AssignmentRow> {
  const decision = await decide(rows, 'line.assign', input);
  if (decision.kind !== 'accepted') throw new Error(decision.code);
  const [assignment] = await rows.where<AssignmentRow>('assignment', 'line', 'lin_1');
  if (assignment === undefined) throw new Error('it was said');
  return assignment;
}

const lineOf = async (rows: World) => rows.get<LineRow>('statement_line', 'lin_1');

describe('a line of the queue', () => {
  it('pays what one person says and another confirms, by the act of the automation', async () => {
    const rows = world();
    const { id: assignment } = await said(rows);

    const confirmed = await decide(
      rows,
      'line.confirm',
      { line: 'lin_1', assignment },
      { person: 'per_boss' },
    );

    expect(await lineOf(rows)).toMatchObject({ state: 'UNMATCHED', assigned: ['TS-AAAAAAAAAA'] });
    expect(confirmed).toMatchObject({
      next: [
        {
          kind: 'payment.redeem',
          input: { line: 'lin_1', legs: ['leg_a'], applied: [[100_00n, 'CNY']] },
        },
      ],
    });
    const [next] = confirmed.kind === 'accepted' ? confirmed.next : [];
    await decide(rows, 'payment.redeem', next?.input ?? {}, { party: 'op', person: null });
    expect(await rows.get<LegRow>('leg', 'leg_a')).toMatchObject({ state: 'SETTLED' });
    expect(await lineOf(rows)).toMatchObject({ state: 'MATCHED', appliedMinor: 100_00n });
  });

  it('is never confirmed by who said it, nor twice', async () => {
    const rows = world();
    const { id: assignment } = await said(rows);

    expect(await decide(rows, 'line.confirm', { line: 'lin_1', assignment })).toMatchObject({
      code: 'FOUR_EYES_SAME_PERSON',
    });
    expect(await decide(rows, 'line.assign', saying)).toMatchObject({ code: 'ASSIGNMENT_OPEN' });
  });

  it('stays in the queue when the other person does not agree, and can be said anew', async () => {
    const rows = world();
    const { id: assignment } = await said(rows);

    await decide(rows, 'line.return', { line: 'lin_1', assignment, reason: 'another invoice' });

    expect(await lineOf(rows)).toEqual(line);
    expect(
      await decide(rows, 'line.confirm', { line: 'lin_1', assignment }, { person: 'per_boss' }),
    ).toMatchObject({ code: 'ASSIGNMENT_CLOSED' });
    expect((await decide(rows, 'line.assign', saying)).kind).toBe('accepted');
  });

  it.each([
    ['that proves nothing', { evidence: false, reason: 'SELF_DECLARED' }, {}, 'LINE_NOT_PROVEN'],
    ['that was matched', { state: 'MATCHED' }, {}, 'LINE_NOT_WAITING'],
    ['without saying why', {}, { reason: ' ' }, 'REASON_REQUIRED'],
    ['to nothing', {}, { legs: [] }, 'ASSIGNED_COUNT'],
    ['to one thing twice', {}, { legs: ['leg_a', 'leg_a'] }, 'ASSIGNED_COUNT'],
    ['in another currency', { currency: 'EUR' }, {}, 'LINE_PAYS_NOTHING'],
    ['that went out', { credit: false }, {}, 'LINE_PAYS_NOTHING'],
    ['that waits for the chain', { pendingAct: new Uint8Array(32) }, {}, 'PENDING_RESERVATION'],
  ] as const)('is not said to pay something: one %s', async (_name, more, change, code) => {
    const rows = world([more as Partial<LineRow>]);

    expect(await decide(rows, 'line.assign', { ...saying, ...change })).toMatchObject({ code });
  });

  it('does not fund by hand what differs by one unit', async () => {
    const funding: LegRow = {
      ...{ ...leg, kind: 'FUNDING', state: 'SENT', request: 'req_1', amountMinor: 100_01n },
    };

    expect(await decide(world([{}], [funding]), 'line.assign', saying)).toMatchObject({
      ...{ code: 'LINE_PAYS_NOTHING', seen: 'AMOUNT_DIFFERS' },
    });
  });

  it('that came to another account of the payee counts once two of its people say so', async () => {
    const rows = world([{ account: 'acc_second', reason: 'ACCOUNT_DIFFERS', legs: ['leg_a'] }]);

    expect((await said(rows)).state).toBe('OPEN');
  });

  it('is somebody’s own: for others there is none', async () => {
    await expect(decide(world(), 'line.assign', saying, { party: 'bank' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('money that pays nothing', () => {
  it('is owed back to who paid it', async () => {
    const rows = world(
      [{ reason: 'ALREADY_SETTLED', legs: ['leg_a'], leg: 'leg_a', remittance: leg.reference }],
      [{ ...leg, state: 'SETTLED', settledMinor: 100_00n }],
    );

    const decision = await decide(rows, 'line.refund', { line: 'lin_1', reason: 'paid twice' });

    const legs = [...(rows.tables.get('leg')?.values() ?? [])];
    expect(decision.kind).toBe('accepted');
    expect(legs).toContainEqual(
      expect.objectContaining({
        ...{ kind: 'REFUND', payer: 'bolt', payee: 'bank', amountMinor: 100_00n },
        ...{ payTo: 'acc_bank', state: 'SCHEDULED' },
      }),
    );
    expect(await lineOf(rows)).toMatchObject({ state: 'MATCHED', unappliedMinor: 100_00n });
    expect(await decide(rows, 'line.refund', { line: 'lin_1', reason: 'again' })).toMatchObject({
      code: 'LINE_NOT_WAITING',
    });
  });

  it('is owed to nobody whom we do not know; it leaves the queue as not ours', async () => {
    const rows = world();

    expect(await decide(rows, 'line.refund', { line: 'lin_1', reason: 'not ours' })).toMatchObject({
      code: 'REFUND_UNKNOWN',
    });
    await decide(rows, 'line.dismiss', { line: 'lin_1', reason: 'rent' });

    expect(await lineOf(rows)).toMatchObject({ state: 'DISMISSED', unappliedMinor: 100_00n });
    expect(await decide(rows, 'line.dismiss', { line: 'lin_1', reason: 'rent' })).toMatchObject({
      code: 'LINE_NOT_WAITING',
    });
    expect((await said(rows)).state).toBe('OPEN');
  });

  it('cannot be dismissed when it names a payment of ours', async () => {
    const rows = world([{ legs: ['leg_a'], leg: 'leg_a', reason: 'AMOUNT_DIFFERS' }]);

    expect(await decide(rows, 'line.dismiss', { line: 'lin_1', reason: 'rent' })).toMatchObject({
      code: 'LINE_NAMES_OURS',
    });
  });
});
