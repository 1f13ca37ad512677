/**
 * The file that tells a bank what to pay: pain.001.001.09 (ISO 20022, customer credit transfer).
 *
 * Written from its rows alone, so that the same rows give the same octets on every machine; whoever
 * released the payments signed the digest of these octets. One file is one account, one day and one
 * currency. The amount must arrive whole, so the payer bears the charges; within SEPA, where each
 * side bears its own and only Latin letters are carried, names are folded. Pure.
 */
import { amountText } from '../kernel/money.ts';
import {
  type InstructedPaymentRow,
  type InstructionRow,
  type NamedAccount,
  settlementLimits,
} from './model.ts';

export type FileInstruction = Pick<
  InstructionRow,
  | ('id' | 'holderName' | 'scheme' | 'identifier' | 'executionDate' | 'paymentCount')
  | ('controlSumMinor' | 'currency' | 'createdMs')
>;
export type FilePayment = Pick<
  InstructedPaymentRow,
  | ('holderName' | 'scheme' | 'identifier' | 'amountMinor' | 'currency' | 'reference')
  | ('endToEndId' | 'place')
>;

/** The file, in lines that end in a line feed. The payments stand in the order of their places. */
export function paymentFile(from: FileInstruction, payments: readonly FilePayment[]): string {
  const { currency, controlSumMinor } = from;
  const isSepa = currency === 'EUR' && [from, ...payments].every(({ scheme }) => scheme === 'IBAN');
  const name = (text: string) => leaf('Nm', isSepa ? latin(text) : plain(text));
  const sums = [
    leaf('NbOfTxs', String(from.paymentCount)),
    leaf('CtrlSum', amountText({ minor: controlSumMinor, currency })),
  ];
  const messageId = messageIdOf(from.id);
  const transfers = [...payments]
    .sort((a, b) => a.place - b.place)
    .map((payment) =>
      node('CdtTrfTxInf', [
        node('PmtId', [
          leaf('InstrId', `${messageId}-${payment.place + 1}`),
          leaf('EndToEndId', payment.endToEndId),
        ]),
        node('Amt', [
          `<InstdAmt Ccy="${payment.currency}">${amountText({ minor: payment.amountMinor, currency: payment.currency })}</InstdAmt>`,
        ]),
        node('Cdtr', [name(payment.holderName)]),
        node('CdtrAcct', [accountId(payment)]),
        node('RmtInf', [leaf('Ustrd', payment.reference)]),
      ]),
    );
  const message = node('CstmrCdtTrfInitn', [
    node('GrpHdr', [
      leaf('MsgId', messageId),
      leaf('CreDtTm', `${new Date(Number(from.createdMs)).toISOString().slice(0, 19)}Z`),
      ...sums,
      node('InitgPty', [name(from.holderName)]),
    ]),
    node('PmtInf', [
      leaf('PmtInfId', `${messageId}-P`),
      leaf('PmtMtd', 'TRF'),
      leaf('BtchBookg', 'false'),
      ...sums,
      ...(isSepa ? [node('PmtTpInf', [node('SvcLvl', [leaf('Cd', 'SEPA')])])] : []),
      node('ReqdExctnDt', [leaf('Dt', from.executionDate)]),
      node('Dbtr', [name(from.holderName)]),
      node('DbtrAcct', [accountId(from), leaf('Ccy', currency)]),
      node('DbtrAgt', [node('FinInstnId', [node('Othr', [leaf('Id', 'NOTPROVIDED')])])]),
      leaf('ChrgBr', isSepa ? 'SLEV' : 'DEBT'),
      ...transfers,
    ]),
  ]);
  const root = `<Document xmlns="${painNamespace}">\n${indent(message)}\n</Document>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

export const painNamespace = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

/** At most 35 characters: the head of the id, which a bank shows in its answers. */
export function messageIdOf(instruction: string): string {
  return `TALLYSTICK-${instruction.slice(4, 20).toUpperCase()}`;
}

function accountId({ scheme, identifier }: NamedAccount): string {
  const compact = identifier.replace(/\s+/g, '');
  return node('Id', [
    scheme === 'IBAN' ? leaf('IBAN', compact) : node('Othr', [leaf('Id', compact)]),
  ]);
}

/** A name without what XML cannot carry, with single blanks, cut to what the message admits. */
function plain(text: string): string {
  const once = text
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cs}\p{Cn}\s]+/gu, ' ')
    .trim();
  return [...once].slice(0, settlementLimits.nameCharactersMax).join('').trim();
}

const latinLetters: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D' },
  ...{ ł: 'l', Ł: 'L', ð: 'd', Ð: 'D', þ: 'th', Þ: 'TH', ı: 'i' },
};

/** The same in the letters that every bank of SEPA takes; for another letter stands a full stop. */
function latin(text: string): string {
  const folded = [
    ...plain(text)
      .normalize('NFD')
      .replace(/\p{M}+/gu, ''),
  ]
    .map((letter) => latinLetters[letter] ?? letter)
    .join('')
    .replace(/&/g, '+')
    .replace(/[^A-Za-z0-9/?:().,'+ -]/g, '.');
  return folded.slice(0, settlementLimits.nameCharactersMax).trim();
}

function leaf(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`;
}

function node(name: string, parts: readonly string[]): string {
  return `<${name}>\n${parts.map(indent).join('\n')}\n</${name}>`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
