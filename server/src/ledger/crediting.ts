/**
 * What a credit note is booked as: each part that it takes by where that part stood.
 *
 * The parts are read from what the act changes: certificates that became void, one that a bank is owed
 * less on, what the seller owes back; what none of these shows was owed without a certificate.
 */
import type { CreditApplicationRow } from '../dispute/model.ts';
import type { RequestRow } from '../financing/model.ts';
import type { Reader } from '../kernel/act.ts';
import type { Change } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CertificateRow } from '../receivable/model.ts';
import type { LedgerEvent, Occurrence } from './model.ts';

/** What a certificate says of an event about it. */
type About = (certificate: CertificateRow) => Omit<Occurrence, 'event' | 'parties' | 'amounts'>;

type Needs = {
  readonly aboutOf: About;
  readonly supplierOf: (reader: Reader, certificate: CertificateRow) => Promise<string>;
  readonly financingOf: (
    reader: Reader,
    certificate: CertificateRow,
  ) => Promise<RequestRow | undefined>;
};

/** The application among the changes of an act, if it is one of a credit note. */
export function applicationIn(changes: readonly Change[]): CreditApplicationRow | null {
  const found = changes.find(({ table, op }) => table === 'credit_application' && op === 'insert');
  return found === undefined ? null : (found.row as CreditApplicationRow);
}

/** The events of one application of a credit note. */
export async function creditedOccurrences(
  reader: Reader,
  application: CreditApplicationRow,
  changes: readonly Change[],
  { aboutOf, supplierOf, financingOf }: Needs,
): Promise<readonly Occurrence[]> {
  const all = await reader.where<CertificateRow>('certificate', 'invoice', application.invoice);
  const root = all.find(({ parent }) => parent === null);
  invariant(root !== undefined, 'what is credited was certified');
  const supplier = await supplierOf(reader, root);
  const own = { buyer: root.issuer, supplier };
  const found: Occurrence[] = [];
  let restMinor = application.amountMinor - application.owedBackMinor;
  const add = (event: LedgerEvent, about: CertificateRow, whole: bigint, more = {}) =>
    found.push({ ...aboutOf(about), event, parties: { ...own, ...more }, amounts: { whole } });

  for (const { table, row } of changes) {
    if (table !== 'certificate') continue;
    const certificate = row as CertificateRow;
    const before = all.find(({ id }) => id === certificate.id);
    const creditedMinor = certificate.creditedMinor - (before?.creditedMinor ?? 0n);
    if (certificate.state === 'VOID') {
      const stood = before ?? all.find(({ id }) => id === certificate.parent);
      const event = stood?.state === 'OFFERED' ? 'CREDITED_UNTAKEN' : 'CREDITED';
      add(event, certificate, certificate.faceMinor);
      restMinor -= certificate.faceMinor;
    } else if (creditedMinor > 0n) {
      const asked = await financingOf(reader, certificate);
      invariant(asked?.bank != null, 'what a bank is owed less on, it bought');
      add('CREDITED_SOLD', certificate, creditedMinor, { seller: asked.holder, bank: asked.bank });
      restMinor -= creditedMinor;
    }
  }
  if (restMinor > 0n) add('CREDITED_OUTSIDE', root, restMinor);
  if (application.owedBackMinor > 0n) add('CREDITED_BACK', root, application.owedBackMinor);
  return found;
}
