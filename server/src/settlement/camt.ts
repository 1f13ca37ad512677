/**
 * The bank's messages of what it booked (ISO 20022), versions 001.02 and 001.08 each: camt.054, which
 * notifies of debits and credits, and camt.053, the statement, whose balances must be what its entries
 * make of them.
 *
 * One booking is one transaction of an entry, or the entry itself where it has no details. The file
 * is a stranger's data: no document type, no entity, nothing loaded from elsewhere. A message of
 * another account, or of another kind, gives a problem and no row.
 */
import { ParseOption, XmlDocument, XmlElement, type XmlNode, XmlParseError } from 'libxml2-wasm';
import { type Money, moneyText, parseAmount } from '../kernel/money.ts';
import type { LineTexts } from './line-text.ts';
import { type StatementFormat, settlementLimits } from './model.ts';
import {
  type ExpectedAccount,
  problemOf,
  type RawRow,
  type RawStatement,
  type RowProblem,
} from './raw-statement.ts';

type Camt = Exclude<StatementFormat, 'CSV'>;

/** By format: how the message is called, what it holds, and its namespaces. */
const messages: Readonly<
  Record<Camt, { readonly name: string; readonly path: readonly [string, string] }>
> = {
  CAMT054: { name: 'camt.054', path: ['BkToCstmrDbtCdtNtfctn', 'Ntfctn'] },
  CAMT053: { name: 'camt.053', path: ['BkToCstmrStmt', 'Stmt'] },
};

function namespacesOf(format: Camt): readonly string[] {
  const { name } = messages[format];
  return ['02', '08'].map((version) => `urn:iso:std:iso:20022:tech:xsd:${name}.001.${version}`);
}

/** Which of the bank's messages a file says that it is; camt.054 where it says neither. */
export function camtFormatOf(start: string): Camt {
  return start.includes(':camt.053.') ? 'CAMT053' : 'CAMT054';
}

const options: ParseOption =
  ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_SYS_CATALOG;

/** The bookings of the message, as texts. */
export function camtEntries(
  bytes: Uint8Array,
  format: Camt,
  account: ExpectedAccount,
): RawStatement {
  const document = open(bytes, format);
  if (!(document instanceof XmlDocument)) return broken(document);
  try {
    const { root } = document;
    if (document.dtd !== null)
      return broken(
        problemOf('DOCTYPE_DECLARED', {
          message: 'The file declares a document type.',
          seen: '<!DOCTYPE …>',
          expected: 'none',
        }),
      );
    const namespaces = namespacesOf(format);
    if (!namespaces.includes(root.namespaceUri) || root.name !== 'Document')
      return broken(
        problemOf('FILE_NOT_CAMT', {
          message: `This is no ${messages[format].name} message.`,
          seen: `{${root.namespaceUri}}${root.name}`,
          expected: namespaces.join(' or '),
        }),
      );
    return readMessage(root, format, account);
  } finally {
    document.dispose();
  }
}

function open(bytes: Uint8Array, format: Camt): XmlDocument | RowProblem {
  try {
    return XmlDocument.fromBuffer(bytes, { option: options });
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    const [first] = error.details;
    const seen =
      first === undefined ? error.message : `${first.message.trim()} at line ${first.line}`;
    return problemOf('FILE_NOT_XML', {
      message: 'The file is not well-formed XML.',
      seen,
      expected: `a ${messages[format].name} message`,
    });
  }
}

function readMessage(root: XmlElement, format: Camt, account: ExpectedAccount): RawStatement {
  const rows: RawRow[] = [];
  const problems: RowProblem[] = [];
  const skipped: RowProblem[] = [];
  let row = 0;
  for (const notification of all(root, ...messages[format].path)) {
    if (format === 'CAMT053') problems.push(...balanceProblems(notification));
    const seen =
      text(notification, 'Acct', 'Id', 'IBAN') ??
      text(notification, 'Acct', 'Id', 'Othr', 'Id') ??
      '';
    if (compact(seen) !== compact(account.identifier))
      problems.push(
        problemOf('ACCOUNT_OTHER', {
          row,
          field: 'Acct/Id',
          message: 'The message is about another account.',
          seen,
          expected: account.identifier,
        }),
      );
    for (const entry of all(notification, 'Ntry')) {
      const status = text(entry, 'Sts', 'Cd') ?? text(entry, 'Sts') ?? '';
      for (const booking of bookingsOf(entry)) {
        row += 1;
        if (rows.length > settlementLimits.linesMax) continue;
        if (status === 'BOOK') rows.push({ row, texts: booking });
        else skipped.push(announced(row, status));
      }
    }
  }
  return { rows, problems, skipped };
}

/**
 * The opening balance and all that is booked must make the closing balance, for each currency of the
 * account; else the file is not whole. Pages of one statement begin and end with interim balances.
 */
function balanceProblems(statement: XmlElement): readonly RowProblem[] {
  const balances = all(statement, 'Bal');
  const ofType = (...types: readonly string[]) =>
    balances.filter((each) => types.includes(text(each, 'Tp', 'CdOrPrtry', 'Cd') ?? ''));
  const opening = ofType('OPBD', 'PRCD')[0] ?? ofType('ITBD')[0];
  const closing = ofType('CLBD')[0] ?? ofType('ITBD').at(-1);
  const [before, after] = [signedOf(opening), signedOf(closing)];
  if (before === null || after === null)
    return [
      problemOf('BALANCE_MISSING', {
        ...{ field: 'Bal', message: 'The statement has no opening or no closing balance.' },
        seen:
          balances.map((each) => text(each, 'Tp', 'CdOrPrtry', 'Cd') ?? '?').join(', ') || 'none',
        expected: 'OPBD and CLBD, each with amount, currency and direction',
      }),
    ];
  const booked = all(statement, 'Ntry').filter(
    (entry) => (text(entry, 'Sts', 'Cd') ?? text(entry, 'Sts')) === 'BOOK',
  );
  const moves = booked.map(signedOf);
  const isOne = [before, ...moves].every((each) => each?.currency === after.currency);
  const minor = moves.reduce((sum, each) => sum + (each?.minor ?? 0n), before.minor);
  if (isOne && minor === after.minor) return [];
  return [
    problemOf('BALANCE_DIFFERS', {
      ...{ field: 'Bal', message: 'The balances are not what the entries make of them.' },
      seen: moneyText(after),
      expected: moneyText({ minor, currency: before.currency }),
    }),
  ];
}

/** An amount with its direction, above zero for the account; null where it does not stand there. */
function signedOf(from: XmlElement | undefined): Money | null {
  const amount = from === undefined ? null : one(from, 'Amt');
  if (from === undefined || amount === null) return null;
  const sign = { CRDT: 1n, DBIT: -1n }[text(from, 'CdtDbtInd') ?? ''];
  const read = parseAmount(contentOf(amount), amount.attr('Ccy')?.value ?? '');
  return read === null || sign === undefined
    ? null
    : { minor: read.minor * sign, currency: read.currency };
}

function announced(row: number, status: string): RowProblem {
  return problemOf('NOT_BOOKED', {
    ...{ row, field: 'Sts', message: 'Not booked yet; left out.' },
    ...{ seen: status, expected: 'BOOK' },
  });
}

function bookingsOf(entry: XmlElement): readonly LineTexts[] {
  const transactions = all(entry, 'NtryDtls', 'TxDtls');
  if (transactions.length === 0) return [booking(entry, entry, null)];
  return transactions.map((each, order) =>
    booking(entry, each, transactions.length > 1 ? order + 1 : null),
  );
}

/** `part` counts the transactions of a batch, which share the entry's own reference. */
function booking(entry: XmlElement, from: XmlElement, part: number | null): LineTexts {
  const amount = one(from, 'Amt') ?? one(from, 'AmtDtls', 'TxAmt', 'Amt') ?? one(entry, 'Amt');
  const credit = (text(from, 'CdtDbtInd') ?? text(entry, 'CdtDbtInd') ?? '') === 'CRDT';
  const direction =
    { CRDT: 'C', DBIT: 'D' }[text(from, 'CdtDbtInd') ?? text(entry, 'CdtDbtInd') ?? ''] ?? '';
  const other = credit ? 'Dbtr' : 'Cdtr';
  const remittance = one(from, 'RmtInf');
  const written = [
    ...(remittance === null ? [] : all(remittance, 'Ustrd').map(contentOf)),
    ...(remittance === null ? [] : all(remittance, 'Strd', 'CdtrRefInf', 'Ref').map(contentOf)),
  ];
  return {
    bookingDate:
      text(entry, 'BookgDt', 'Dt') ?? (text(entry, 'BookgDt', 'DtTm') ?? '').slice(0, 10),
    direction,
    amount: amount === null ? '' : contentOf(amount),
    currency: amount?.attr('Ccy')?.value ?? '',
    remittance: written.join(' '),
    counterparty:
      text(from, 'RltdPties', other, 'Nm') ?? text(from, 'RltdPties', other, 'Pty', 'Nm') ?? '',
    bankReference: bankReferenceOf(entry, from, part),
    endToEndId: text(from, 'Refs', 'EndToEndId') ?? '',
  };
}

function bankReferenceOf(entry: XmlElement, from: XmlElement, part: number | null): string {
  const own = text(from, 'Refs', 'AcctSvcrRef');
  const ofEntry = text(entry, 'AcctSvcrRef') ?? text(entry, 'NtryRef') ?? '';
  if (own !== null && own !== ofEntry) return own;
  return part === null || ofEntry === '' ? ofEntry : `${ofEntry}/${part}`;
}

// Reading the tree. Every element of the message is in the root's namespace.

function all(from: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  let found: readonly XmlElement[] = [from];
  for (const name of path)
    found = found.flatMap((each) =>
      childrenOf(each).filter(
        (child) => child.name === name && child.namespaceUri === from.namespaceUri,
      ),
    );
  return found;
}

function one(from: XmlElement, ...path: readonly string[]): XmlElement | null {
  return all(from, ...path)[0] ?? null;
}

function text(from: XmlElement, ...path: readonly string[]): string | null {
  const found = one(from, ...path);
  if (found === null || childrenOf(found).length > 0) return null;
  const content = contentOf(found);
  return content === '' ? null : content;
}

function contentOf(element: XmlElement): string {
  return element.content.trim();
}

function childrenOf(node: XmlElement): readonly XmlElement[] {
  const children: XmlElement[] = [];
  for (let child: XmlNode | null = node.firstChild; child !== null; child = nextOf(child))
    if (child instanceof XmlElement) children.push(child);
  return children;
}

function nextOf(node: XmlNode): XmlNode | null {
  return 'next' in node ? (node.next as XmlNode | null) : null;
}

function compact(identifier: string): string {
  return identifier.replace(/\s+/g, '').toUpperCase();
}

function broken(problem: RowProblem): RawStatement {
  return { rows: [], problems: [problem], skipped: [] };
}
