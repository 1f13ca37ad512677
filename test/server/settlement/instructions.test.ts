/**
 * Payment files over rows in memory: proposed by one person, released by another, ended by what the
 * bank books.
 */
import { equalBytes, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { type Change, insert, update } from '@tallystick/server/src/kernel/change.ts';
import type { AccountRow, BusinessClockRow } from '@tallystick/server/src/party/model.ts';
import { memoryRows } from '@tallystick/server/src/platform/memory-reader.ts';
import { bookedInFiles } from '@tallystick/server/src/settlement/instructions.ts';
import type {
  InstructedPaymentRow,
  InstructionRow,
  LegRow,
} from '@tallystick/server/src/settlement/model.ts';
import { paymentFile } from '@tallystick/server/src/settlement/pain001.ts';
import { settlementHandlers } from '@tallystick/server/src/settlement/service.ts';
import { describe, expect, it } from 'vitest';
import { type ActOptions, sliceAct } from '../../support/slice-act.ts';

const leg: LegRow = {
  ...{ id: 'leg_a', version: 1, kind: 'REPAYMENT', state: 'SCHEDULED', certificate: 'cer_1' },
  ...{ request: null, invoice: 'inv_1', programme: 'prg_1', payer: 'aurora', payee: 'bank' },
  ...{ payTo: 'acc_bank', amountMinor: 100_00n, settledMinor: 0n, currency: 'CNY' },
  ...{
    dueDate: '2026-03-02',
    reference: 'TS-AAAAAAAAAA',
    rootReference: null,
    pendingAct: null,
    createdMs: 1n,
  },
};
const funding: LegRow = {
  ...{ ...leg, id: 'leg_f', kind: 'FUNDING', state: 'INSTRUCTED', request: 'req_1' },
  ...{ reference: 'TS-FFFFFFFFFF', rootReference: null, amountMinor: 70_00n },
};

const account = (owner: string, currency: string | null = 'CNY'): Change =>
  insert('account', {
    ...{ id: `acc_${owner}`, version: 1, owner, scheme: 'OTHER', identifier: owner },
    ...{ holderName: owner, currency, servicer: null, heldUntilMs: null, createdMs: 0n },
  });

const clock: BusinessClockRow = {
  ...{ id: 'business', version: 1, date: '2026-03-02', realDate: '2026-03-02' },
  ...{ zone: 'UTC', mode: 'MOVABLE' },
};

function world(legs: readonly LegRow[] = [leg]) {
  return memoryRows([
    ...[account('aurora'), account('bank')],
    insert('programme', {
      ...{ id: 'prg_1', version: 1, core: 'aurora', calendars: ['WEEKDAYS'] },
    }),
    insert('membership', {
      ...{ id: 'm', version: 1, programme: 'prg_1', member: 'ina', role: 'AUDITOR', createdMs: 0n },
    }),
    ...legs.map((each) => insert('leg', each)),
  ]);
}

type World = ReturnType<typeof world>;

async function decide(rows: World, kind: string, input: object, options: Partial<ActOptions> = {}) {
  const handler = settlementHandlers.find((each) => each.kind === kind);
  if (handler === undefined) throw new Error(`no handler of ${kind}`);
  const act = sliceAct(kind as never, input as never, {
    ...{ party: 'aurora', person: 'per_clerk' },
    ...options,
  });
  const decision = await handler.decide(rows, act as never);
  if (decision.kind === 'accepted') rows.apply(decision.changes);
  return decision;
}

const file = { account: 'acc_aurora', legs: ['leg_a'], executionDate: '2026-03-02' };

async function proposed(rows: World, input: object = file) {
  const decision = await decide(rows, 'instruction.propose', input, {
    seed: JSON.stringify(input),
  });
  if (decision.kind !== 'accepted') throw new Error(decision.code);
  return rowOf<InstructionRow>(rows, 'instruction', decision.subject);
}

async function rowOf<R extends { readonly id: string }>(rows: World, table: string, id: string) {
  const found = await rows.get<never>(table, id);
  if (found === null) throw new Error(`no ${table} ${id}`);
  return found as R;
}

const releasing = ({ id, controlSumMinor, currency, digest }: InstructionRow) => ({
  ...{ instruction: id, controlSum: [controlSumMinor, currency], digest },
});

const release = (rows: World, instruction: InstructionRow) =>
  decide(rows, 'instruction.approve', releasing(instruction), {
    ...{ person: 'per_treasurer', seed: 'approve' },
  });

const stateOf = async (rows: World, id: string) => (await rowOf<LegRow>(rows, 'leg', id)).state;

describe('proposing a payment file', () => {
  it('writes down the sum and the digest of exactly the file that is released', async () => {
    const rows = world([leg, funding]);

    const instruction = await proposed(rows, { ...file, legs: ['leg_f', 'leg_a'] });

    const payments = await rows.where<InstructedPaymentRow>(
      ...(['instructed_payment', 'instruction', instruction.id] as const),
    );
    const text = paymentFile(instruction, payments);
    expect(instruction).toMatchObject({ state: 'PROPOSED', controlSumMinor: 170_00n });
    expect(equalBytes(instruction.digest, sha256(utf8(text)))).toBe(true);
    expect(text.indexOf('TS-FFFFFFFFFF')).toBeLessThan(text.indexOf('TS-AAAAAAAAAA'));
    expect(await stateOf(rows, 'leg_a')).toBe('SCHEDULED');
  });

  it('pays what is still open', async () => {
    const rows = world([{ ...leg, state: 'PART_SETTLED', settledMinor: 30_00n }]);

    expect((await proposed(rows)).controlSumMinor).toBe(70_00n);
  });

  it.each([
    ['no payment', { legs: [] }, leg, 'PAYMENT_COUNT'],
    ['the same payment twice', { legs: ['leg_a', 'leg_a'] }, leg, 'PAYMENT_REPEATED'],
    ['what another owes', {}, { ...leg, payer: 'bank', payee: 'aurora' }, 'ONLY_PAYER'],
    ['what is paid', {}, { ...leg, state: 'SETTLED', settledMinor: 100_00n }, 'PAYMENT_NOT_OPEN'],
    ['what will not be paid', {}, { ...leg, state: 'FAILED' }, 'PAYMENT_NOT_OPEN'],
    ['what nobody said where to', {}, { ...leg, payTo: null }, 'PAYEE_ACCOUNT_MISSING'],
    ['another currency', {}, { ...leg, currency: 'EUR' }, 'CURRENCY_DIFFERS'],
    ['a day that is past', { executionDate: '2026-03-01' }, leg, 'EXECUTION_DATE_PAST'],
    ['a Saturday', { executionDate: '2026-03-07' }, leg, 'EXECUTION_DATE_CLOSED'],
    [
      'a payment that waits for the chain',
      {},
      { ...leg, pendingAct: new Uint8Array(32) },
      'PENDING_RESERVATION',
    ],
  ] as const)('refuses %s', async (_name, change, row, code) => {
    const rows = world([row as LegRow]);

    expect(await decide(rows, 'instruction.propose', { ...file, ...change })).toMatchObject({
      code,
    });
  });

  it('names the next day on which money moves', async () => {
    expect(
      await decide(world(), 'instruction.propose', { ...file, executionDate: '2026-03-07' }),
    ).toMatchObject({ expected: 'a business day, such as 2026-03-09' });
  });

  it('refuses to pay to an account that was changed and is held, then and when it is released', async () => {
    const rows = world();
    rows.apply([insert('business_clock', clock)]);
    const instruction = await proposed(rows);
    const before = await rowOf<AccountRow>(rows, 'account', 'acc_bank');
    rows.apply([update('account', before, { identifier: 'new', heldUntilMs: 10n ** 15n })]);

    expect(
      await decide(rows, 'instruction.propose', { ...file, executionDate: '2026-03-03' }),
    ).toMatchObject({ code: 'ALREADY_INSTRUCTED' });
    expect(await release(rows, instruction)).toMatchObject({ code: 'ACCOUNT_HOLD' });
    await decide(rows, 'instruction.cancel', { instruction: instruction.id, reason: 'held' });
    expect(await decide(rows, 'instruction.propose', file)).toMatchObject({
      ...{ code: 'ACCOUNT_HOLD', path: 'payTo' },
    });
  });

  it('is not released to an account that the payee has left since', async () => {
    const rows = world();
    rows.apply([insert('business_clock', clock)]);
    const instruction = await proposed(rows);
    const before = await rowOf<AccountRow>(rows, 'account', 'acc_bank');
    rows.apply([update('account', before, { identifier: 'new', heldUntilMs: 1n })]);

    expect(await release(rows, instruction)).toMatchObject({
      ...{ code: 'PAY_TO_CHANGED', path: 'payments.0', seen: 'bank', expected: 'new' },
    });
  });

  it('refuses a payment that stands in another live file, until that one is taken back', async () => {
    const rows = world();
    const { id } = await proposed(rows);

    expect(await decide(rows, 'instruction.propose', file)).toMatchObject({
      code: 'ALREADY_INSTRUCTED',
    });
    await decide(rows, 'instruction.cancel', { instruction: id, reason: 'wrong day' });
    const again = await proposed(rows, { ...file, executionDate: '2026-03-03' });

    const [payment] = await rows.where<InstructedPaymentRow>(
      ...(['instructed_payment', 'instruction', again.id] as const),
    );
    expect(payment?.endToEndId).toBe('TS-AAAAAAAAAA-2');
  });

  it('is for the owner of the account; for others there is none', async () => {
    await expect(
      decide(world(), 'instruction.propose', { ...file, account: 'acc_bank' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses a program, which has no eyes', async () => {
    expect(await decide(world(), 'instruction.propose', file, { person: null })).toMatchObject({
      code: 'PERSON_NEEDED',
    });
  });
});

describe('releasing a payment file', () => {
  it('is done by another person, and instructs its payments', async () => {
    const rows = world([leg, funding]);
    const instruction = await proposed(rows, { ...file, legs: ['leg_a', 'leg_f'] });

    expect(await decide(rows, 'instruction.approve', releasing(instruction))).toMatchObject({
      code: 'FOUR_EYES_SAME_PERSON',
    });
    expect(await release(rows, instruction)).toMatchObject({ kind: 'accepted' });

    expect(await stateOf(rows, 'leg_a')).toBe('INSTRUCTED');
    expect(await stateOf(rows, 'leg_f')).toBe('INSTRUCTED');
    expect(await release(rows, instruction)).toMatchObject({ code: 'INSTRUCTION_STATE' });
  });

  it.each([
    ['a sum that is one unit off', { controlSum: [100_01n, 'CNY'] }, 'CONTROL_SUM_DIFFERS'],
    ['the sum in another currency', { controlSum: [100_00n, 'EUR'] }, 'CONTROL_SUM_DIFFERS'],
    ['the digest of another file', { digest: new Uint8Array(32) }, 'DIGEST_DIFFERS'],
  ])('refuses %s', async (_name, change, code) => {
    const rows = world();
    const instruction = await proposed(rows);

    expect(
      await decide(
        rows,
        'instruction.approve',
        { ...releasing(instruction), ...change },
        { person: 'per_treasurer' },
      ),
    ).toMatchObject({ code });
  });

  it('refuses when less is owed than the file says, and when its day is past', async () => {
    const rows = world();
    const instruction = await proposed(rows);
    const late = await decide(rows, 'instruction.approve', releasing(instruction), {
      ...{ person: 'per_treasurer', businessDate: '2026-03-03' },
    });
    rows.apply([
      {
        ...{ op: 'update', table: 'leg' },
        row: { ...leg, version: 2, state: 'PART_SETTLED', settledMinor: 1n },
      },
    ]);

    expect(late).toMatchObject({ code: 'EXECUTION_DATE_PAST' });
    expect(await release(rows, instruction)).toMatchObject({
      ...{ code: 'PAYMENT_CHANGED', path: 'payments.0', seen: '99.99 CNY' },
    });
  });
});

describe('a released file', () => {
  async function released(legs: readonly LegRow[] = [leg]) {
    const rows = world(legs);
    const instruction = await proposed(rows, { ...file, legs: legs.map(({ id }) => id) });
    await release(rows, instruction);
    return { rows, id: instruction.id };
  }

  it('goes to the bank; a payment that nobody released does not', async () => {
    const { rows, id } = await released();
    const fresh = world();
    const waiting = await proposed(fresh);

    expect(await decide(fresh, 'instruction.send', { instruction: waiting.id })).toMatchObject({
      code: 'INSTRUCTION_STATE',
      expected: 'APPROVED',
    });
    await decide(rows, 'instruction.send', { instruction: id });
    expect(await stateOf(rows, 'leg_a')).toBe('SENT');
  });

  it('is not carried out: what it names is owed as before and can be instructed anew', async () => {
    const { rows, id } = await released([leg, funding]);
    await decide(rows, 'instruction.send', { instruction: id });

    const refused = { instruction: id, reason: 'no funds' };
    expect(await decide(rows, 'instruction.reject', { ...refused, reason: ' ' })).toMatchObject({
      code: 'REASON_REQUIRED',
    });
    await decide(rows, 'instruction.reject', refused);

    expect(await stateOf(rows, 'leg_a')).toBe('SCHEDULED');
    expect(await stateOf(rows, 'leg_f')).toBe('INSTRUCTED');
    expect((await proposed(rows, { ...file, executionDate: '2026-03-04' })).state).toBe('PROPOSED');
  });

  it('cannot be taken back once the bank has it', async () => {
    const { rows, id } = await released();
    await decide(rows, 'instruction.send', { instruction: id });

    expect(
      await decide(rows, 'instruction.cancel', { instruction: id, reason: 'late' }),
    ).toMatchObject({ code: 'INSTRUCTION_STATE' });
  });

  it('ends payment by payment with what the bank books, and is done with the last', async () => {
    const { rows, id } = await released([leg, funding]);

    rows.apply(await bookedInFiles(rows, [{ id: 'leg_a' }]));
    expect(await rowOf<InstructionRow>(rows, 'instruction', id)).toMatchObject({
      state: 'APPROVED',
    });
    rows.apply(await bookedInFiles(rows, [{ id: 'leg_f' }]));

    expect(await rowOf<InstructionRow>(rows, 'instruction', id)).toMatchObject({ state: 'DONE' });
    expect(await bookedInFiles(rows, [{ id: 'leg_f' }])).toEqual([]);
  });
});
