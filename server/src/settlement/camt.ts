/**
 * camt.054, the bank's message of debits and credits (ISO 20022), versions 001.02 and 001.08.
 *
 * One booking is one transaction of an entry, or the entry itself where it has no details. The file
 * is a stranger's data: no document type, no entity, nothing loaded from elsewhere. A message of
 * another account, or of another kind, gives a problem and no row.
 */
import { ParseOption, XmlDocument, XmlElement, type XmlNode, XmlParseError } from 'libxml2-wasm';
import type { LineTexts } from './line-text.ts';
import { settlementLimits } from './model.ts';
import {
  type ExpectedAccount,
  problemOf,
  type RawRow,
  type RawStatement,
  type RowProblem,
} from './raw-statement.ts';

const namespaces: ReadonlySet<string> = new Set([
  'urn:iso:std:iso:20022:tech:xsd:camt.054.001.02',
  'urn:iso:std:iso:20022:tech:xsd:camt.054.001.08',
]);

const options: ParseOption =
  ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_SYS_CATALOG;

/** The bookings of the message, as texts. */
export function camtEntries(bytes: Uint8Array, account: ExpectedAccount): RawStatement {
  const document = open(bytes);
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
    if (!namespaces.has(root.namespaceUri) || root.name !== 'Document')
      return broken(
        problemOf('FILE_NOT_CAMT', {
          message: 'This is no camt.054 message.',
          seen: `{${root.namespaceUri}}${root.name}`,
          expected: [...namespaces].join(' or '),
        }),
      );
    return readNotifications(root, account);
  } finally {
    document.dispose();
  }
}

function open(bytes: Uint8Array): XmlDocument | RowProblem {
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
      expected: 'a camt.054 message',
    });
  }
}

function readNotifications(root: XmlElement, account: ExpectedAccount): RawStatement {
  const rows: RawRow[] = [];
  const problems: RowProblem[] = [];
  const skipped: RowProblem[] = [];
  let row = 0;
  for (const notification of all(root, 'BkToCstmrDbtCdtNtfctn', 'Ntfctn')) {
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
