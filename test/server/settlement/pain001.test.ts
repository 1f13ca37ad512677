/**
 * The file for the bank: the same rows give the same octets, it reads back to what was released, and
 * nothing that a name contains breaks it.
 */
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { type Element, readXml } from '@tallystick/server/src/invoice/xml.ts';
import {
  type FileInstruction,
  type FilePayment,
  painNamespace,
  paymentFile,
} from '@tallystick/server/src/settlement/pain001.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const file: FileInstruction = {
  ...{ id: 'ins_abcdefghijklmnopqrstuvwxyz234567', holderName: 'Bank A' },
  ...{ scheme: 'OTHER', identifier: '6222 0001 7', executionDate: '2026-03-02' },
  ...{ paymentCount: 2, controlSumMinor: 98_329_86n, currency: 'CNY' },
  createdMs: BigInt(Date.parse('2026-03-02T09:30:15.987Z')),
};
const payments: readonly FilePayment[] = [
  {
    ...{ holderName: '博尔特公司', scheme: 'OTHER', identifier: 'CN-1', amountMinor: 88_329_86n },
    ...{ currency: 'CNY', reference: 'TS-ABCDEFGHIJ', endToEndId: 'TS-ABCDEFGHIJ', place: 0 },
  },
  {
    ...{ holderName: 'Müller & Søn <GmbH>', scheme: 'IBAN', identifier: 'DE89370400440532013000' },
    ...{ amountMinor: 10_000_00n, currency: 'CNY', place: 1 },
    ...{ reference: 'TS-KLMNOPQRST', endToEndId: 'TS-KLMNOPQRST-2' },
  },
];

/** What stands at the end of a path anywhere in the message, read by the reader of foreign files. */
function read(text: string, path: string): readonly string[] {
  const reading = readXml(utf8(text));
  if (reading.kind === 'refusal') throw new Error(`${reading.code}: ${reading.seen}`);
  expect(reading.root.namespace).toBe(painNamespace);
  const steps = path.split('/');
  return everyElement(reading.root).flatMap((each) =>
    along(each, steps).map((found) => found.text),
  );
}

function everyElement(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(everyElement)];
}

function along(element: Element, [step, ...rest]: readonly string[]): readonly Element[] {
  if (element.name.replace(/^\{.*\}/, '') !== step) return [];
  return rest.length === 0 ? [element] : element.children.flatMap((each) => along(each, rest));
}

describe('the payment file', () => {
  it('has the same octets for the same rows, whatever their order', () => {
    const text = paymentFile(file, payments);

    expect(paymentFile(file, payments.toReversed())).toBe(text);
    expect(text).toMatchSnapshot();
    expect(hex(sha256(utf8(text)))).toMatchInlineSnapshot(
      `"4494a9e78cc265b835e8076455ba0426a51a921562f7d8f943959ddc2897e6e6"`,
    );
  });

  it('reads back to its sums, accounts, names and references', () => {
    const text = paymentFile(file, payments);

    expect(read(text, 'GrpHdr/NbOfTxs')).toEqual(['2']);
    expect(read(text, 'GrpHdr/CtrlSum')).toEqual(['98329.86']);
    expect(read(text, 'PmtInf/CtrlSum')).toEqual(['98329.86']);
    expect(read(text, 'CdtTrfTxInf/Amt/InstdAmt')).toEqual(['88329.86', '10000.00']);
    expect(read(text, 'Cdtr/Nm')).toEqual(['博尔特公司', 'Müller & Søn <GmbH>']);
    expect(read(text, 'DbtrAcct/Id/Othr/Id')).toEqual(['622200017']);
    expect(read(text, 'CdtrAcct/Id/IBAN')).toEqual(['DE89370400440532013000']);
    expect(read(text, 'RmtInf/Ustrd')).toEqual(['TS-ABCDEFGHIJ', 'TS-KLMNOPQRST']);
    expect(read(text, 'PmtId/EndToEndId')).toEqual(['TS-ABCDEFGHIJ', 'TS-KLMNOPQRST-2']);
    expect(read(text, 'ChrgBr')).toEqual(['DEBT']);
  });

  it('folds names to Latin letters within SEPA, where each side bears its charges', () => {
    const euro = payments.map((payment) => ({
      ...{ ...payment, currency: 'EUR', scheme: 'IBAN' },
    }));
    const text = paymentFile({ ...file, currency: 'EUR', scheme: 'IBAN' }, euro);

    expect(read(text, 'Cdtr/Nm')).toEqual(['.....', 'Muller + Son .GmbH.']);
    expect(read(text, 'ChrgBr')).toEqual(['SLEV']);
    expect(read(text, 'SvcLvl/Cd')).toEqual(['SEPA']);
  });

  it('writes amounts with the decimals of their currency', () => {
    const yen = payments.map((payment) => ({ ...payment, currency: 'JPY' }));

    expect(
      read(paymentFile({ ...file, currency: 'JPY' }, yen), 'CdtTrfTxInf/Amt/InstdAmt'),
    ).toEqual(['8832986', '1000000']);
  });

  it('is read whole for every name, with 140 characters at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const [first] = payments;
        if (first === undefined) throw new Error('there is a payment');
        const text = paymentFile(file, [{ ...first, holderName: `x${name}` }]);
        const [seen = ''] = read(text, 'Cdtr/Nm');
        return seen.startsWith('x') && [...seen].length <= 140;
      }),
      { numRuns: 100 },
    );
  });
});
