/** `chain calc`: what a person and a program are told of calculations and packs, and the exit code. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundLines } from '@tallystick/chain/src/calc/bound.ts';
import { calculate, calculationFile } from '@tallystick/chain/src/calc/run.ts';
import { calcCommand } from '@tallystick/chain/src/cli/calc.ts';
import { encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { encodePack } from '@tallystick/chain/src/log/pack.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmedInvoice } from '../../support/proofs.ts';

const redeemed = calculate('redemption', {
  ...{ currency: 'CNY', receiptMinor: 70_000_00n },
  openMinor: [50_000_01n, 29_999_99n, 20_000_00n],
});
const owed = calculate('split', { currency: 'JPY', totalMinor: 1_000n, weights: [1n, 1n, 1n] });
const act = 'ab'.repeat(32);
const text = calculationFile([
  { ...redeemed, subject: 'lin_example', act },
  { ...owed, subject: null, act: null },
]);
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'calc-'));
  const world = await confirmedInvoice({ handovers: 0 });
  const pack = encodePack(world.pack);
  for (const [name, content] of Object.entries({
    'right.json': text,
    'altered.json': text.replace('"3500001"', '"3500002"'),
    'short.json': text.replace('"7000000"', '"7000001"'),
    'later.json': text.replace('calculation/1', 'calculation/2'),
    'empty.json': calculationFile([]),
    'words.txt': 'not a calculation',
    'pack.json': pack,
    'altered-pack.json': pack.replace('123456.78', '123456.79'),
    'anchor.json': encodeAnchor(world.anchor),
  })) {
    await writeFile(join(home, name), content);
  }
});

afterAll(() => rm(home, { recursive: true }));

describe('deriving a calculation again on the command line', () => {
  it('prints every result as it is seen and derived, and what it is of', async () => {
    const { code, output } = await run('right.json');

    expect(code).toBe(0);
    expect(output).toContain('redemption of lin_example, tallystick-calc/1, HALF_UP');
    expect(output).toMatch(/ok {3}partsMinor +3500001, 2099999, 1400000/);
    expect(output).toContain('2 of 2 derived again');
  });

  it('names the value in which one digit was altered, and fails', async () => {
    const { code, output } = await run('altered.json');

    expect(code).toBe(1);
    expect(output).toMatch(
      /DIFF partsMinor +seen 3500002, 2099999, 1400000, derived 3500001, 2099999, 1400000/,
    );
    expect(output).toContain('1 of 2 derived again');
  });

  it('fails where one digit of an input was altered, because another result follows', async () => {
    const { code, output } = await run('short.json');

    expect(code).toBe(1);
    expect(output).toContain('DIFF partsMinor');
  });

  it('tells a program the same in one JSON object a file', async () => {
    const { code, output } = await run('altered.json', '--json');

    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      calculations: [{ ok: false, problem: null }, { ok: true }],
    });
  });

  it.each([
    ['later.json', 'of the format tallystick-calculation/1'],
    ['empty.json', 'the file holds no calculation'],
    ['missing.json', 'cannot be read'],
    ['words.txt', 'the pack is not proven'],
  ])('says why %s cannot be derived, and fails', async (file, why) => {
    const { code, output } = await run(file);

    expect(code).toBe(1);
    expect(output).toContain(why);
  });

  it('verifies a pack before it believes the amounts that it shows', async () => {
    const altered = await run('altered-pack.json');
    const whole = await run('pack.json');

    expect([altered.code, whole.code]).toEqual([1, 1]);
    expect(altered.output).toContain('the pack is not proven, disclosure');
    expect(whole.output).toContain('it shows no amount that a calculation comes to');
  });

  it('says how it is used when no file is named', async () => {
    expect(await run()).toEqual({ code: 1, output: expect.stringContaining('usage: calc FILE') });
  });
});

describe('what an act says beside its calculation', () => {
  const cny = (amount: string) => ({ amount, currency: 'CNY' });
  const shown = {
    applied: [cny('35000.01'), cny('20999.99'), cny('14000.00')],
    unapplied: cny('0.00'),
  };
  const amountIn = (value: unknown) =>
    BigInt((value as { readonly amount: string }).amount.replace('.', ''));
  const known = [{ ...redeemed, subject: null, act }];

  it('is the same, amount by amount', () => {
    const lines = boundLines('payment.redeem', shown, known, amountIn);

    expect(lines.map(({ name, ok }) => [name, ok])).toEqual([
      ['payment.redeem applied', true],
      ['payment.redeem unapplied', true],
    ]);
  });

  it('differs by a cent, and without a calculation of it', () => {
    const off = { ...shown, unapplied: cny('0.01') };
    const unapplied = boundLines('payment.redeem', off, known, amountIn).at(-1);

    expect(unapplied).toMatchObject({ seen: '1', derived: '0', ok: false });
    expect(boundLines('payment.redeem', shown, [], amountIn).every(({ ok }) => !ok)).toBe(true);
    expect(boundLines('invoice.confirm', shown, known, amountIn)).toEqual([]);
  });
});

async function run(...args: readonly string[]) {
  let output = '';
  const files = args.map((arg) => (arg.startsWith('--') ? arg : join(home, arg)));
  const anchor = args.length === 0 ? [] : ['--anchor', join(home, 'anchor.json')];
  const code = await calcCommand([...files, ...anchor], {
    write: (more) => {
      output += more;
    },
  });
  return { code, output };
}
