/**
 * Credit notes, decided: the seller issues one, the buyer takes it to its books, the platform applies it.
 *
 * What a credit does to certificates and payments comes in through `credits`. Nobody signs an
 * application: it is decided by looking again, and an act that says anything else is refused, so anyone
 * can derive it from the two signatures before it.
 */
import type { BodyOf } from '../../../chain/src/act/kinds.ts';
import { type InvoiceRow, pairOf } from '../invoice/model.ts';
import { markCredited } from '../invoice/service.ts';
import { handler, type Reader } from '../kernel/act.ts';
import { type Change, type FollowUp, type Grant, insert, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { type Money, moneyText } from '../kernel/money.ts';
import { isMember, membersOf, requireProgramme } from '../party/service.ts';
import type { OpenInvoice } from './blocking.ts';
import {
  acknowledge,
  applied,
  type CreditedInvoice,
  creditText,
  disputeBarrier,
  isBlocked,
  isLive,
  issueBarrier,
  nextApplication,
  openToCredit,
} from './credit.ts';
import type { CreditApplicationRow, CreditEffects, CreditNoteRow, DisputeRow } from './model.ts';
import { creditTexts as texts } from './texts.ts';
import { credited, heldOf } from './transitions.ts';

export function makeCreditHandlers({ credits }: { readonly credits: CreditEffects }) {
  return [issueCredit, acknowledgeCredit, applyCredit(credits)] as const;
}

/** The seller takes back a part of what it billed. The chain decides which was first of that number. */
const issueCredit = handler({
  kind: 'credit.issue',
  objects: ({ invoice, dispute }) => [invoice, dispute].filter((id) => id !== null),
  sees: ({ programme, seller, buyer, invoice, dispute }) =>
    [programme, seller, buyer, invoice, dispute].filter((id) => id !== null),
  mandate: ({ amount }) => ({ action: 'credit.issue', amount }),
  async facts(_reader, body, secrets) {
    return body.party === body.seller
      ? { fingerprint: secrets.fingerprint(canonicalOf(body)) }
      : {};
  },
  async decide(reader, act) {
    const { body } = act;
    const programme = await requireProgramme(reader, body.programme);
    if (act.party !== body.seller) return texts.onlySeller();
    const isSupplier = await isMember(reader, programme.id, act.party, 'SUPPLIER');
    if (!isSupplier || body.buyer !== programme.core) throw notFound();
    if (act.person === null) return texts.personNeeded();
    const canonical = canonicalOf(body);
    const known = await reader.where<CreditNoteRow>('credit_note', 'canonical', canonical);
    const about = await aboutOf(reader, body);
    const credit = { ...body, amount: moneyOf(body.amount) };
    const no =
      issueBarrier(credit, known, about, programme.currency) ??
      (await settlesBarrier(reader, body, credit.amount));
    if (no !== null) return no;

    const { seller, buyer, number, issueDate, reason, documentDigest } = body;
    const note: CreditNoteRow = {
      ...{ id: act.id('crn', 0), version: 1, state: 'ISSUED', programme: programme.id },
      ...{ seller, buyer, number, issueDate, invoice: body.invoice, dispute: body.dispute },
      ...{ amountMinor: credit.amount.minor, currency: credit.amount.currency, appliedMinor: 0n },
      ...{ reason, documentDigest, canonical, issuedBy: act.person, acknowledgedBy: null },
      openPair: pairOf({
        programme: programme.id,
        seller,
        buyer,
        currency: credit.amount.currency,
      }),
      ...{ pendingAct: act.hash, createdMs: act.at },
    };
    const readers = [seller, buyer, ...(await membersOf(reader, programme.id, 'AUDITOR'))];
    const invalid = { state: 'INVALID', pendingAct: null, openPair: null } as const;
    return accept(note.id, [insert('credit_note', note)], {
      whenFinal: [update('credit_note', note, { pendingAct: null })],
      whenRefused: [update('credit_note', note, invalid)],
      grants: readers.map((party) => grant(party, note)),
      readers,
    });
  },
});

/** The buyer takes it to its books; what is to be applied now follows by itself. */
const acknowledgeCredit = handler({
  kind: 'credit.acknowledge',
  objects: ({ creditNote }) => [creditNote],
  mandate: () => ({ action: 'invoice.propose', amount: null }),
  async decide(reader, act) {
    const note = await reader.get<CreditNoteRow>('credit_note', act.body.creditNote);
    if (note === null) throw notFound();
    if (act.party !== note.buyer) return texts.onlyBuyer();
    const after = acknowledge(note, moneyOf(act.body.amount), act.person);
    if ('code' in after) return after as Refusal;
    const next = await applicationOf(reader, { ...note, ...after });
    return accept(note.id, [update('credit_note', note, after)], {
      readers: await readersOf(reader, note),
      next: next === null ? [] : [next],
    });
  },
});

/**
 * So much of it is taken from one invoice: its own, else the next in the order of blocking.ts. What was
 * conceded in its dispute is held back no more.
 */
function applyCredit(credits: CreditEffects) {
  return handler({
    kind: 'credit.apply',
    objects: ({ creditNote, invoice }) => [creditNote, invoice],
    async decide(reader, act) {
      const { body } = act;
      const note = await reader.get<CreditNoteRow>('credit_note', body.creditNote);
      if (note === null) throw notFound();
      const due = await applicationOf(reader, note);
      const [said, expected] = [sayOf(body), due === null ? 'nothing' : sayOf(due.input)];
      if (said !== expected) return texts.applicationDiffers(said, expected);
      const { invoice } = await creditedInvoice(reader, body.invoice);
      const [amountMinor, currency] = body.amount;
      const lessened = await credits.lessen(reader, act, invoice, amountMinor);
      if ('kind' in lessened) return lessened;

      const { owedBackMinor } = lessened;
      const application: CreditApplicationRow = {
        ...{ id: act.id('cra', 0), version: 1, creditNote: note.id, invoice: invoice.id },
        ...{ amountMinor, owedBackMinor, currency, appliedDate: act.businessDate },
        createdMs: act.at,
      };
      const settled = await settledDispute(reader, note);
      const creditedMinor = invoice.creditedMinor + amountMinor - owedBackMinor;
      const disputedMinor = invoice.disputedMinor - settled.heldMinor;
      const after = applied(note, amountMinor);
      const following = await applicationOf(reader, { ...note, ...after }, invoice.id);
      return accept(
        note.id,
        [
          update('credit_note', note, after),
          insert('credit_application', application),
          markCredited(invoice, creditedMinor, disputedMinor),
          ...settled.changes,
          ...lessened.changes,
        ],
        {
          readers: await readersOf(reader, note),
          grants: lessened.grants,
          next: following === null ? [] : [following],
        },
      );
    },
  });
}

/** What is to be applied of these credit notes now, the first of each; for the look at what is due. */
export async function dueApplications(
  reader: Reader,
  notes: readonly CreditNoteRow[],
): Promise<readonly FollowUp[]> {
  const found = await Promise.all(notes.map((note) => applicationOf(reader, note)));
  return found.filter((each) => each !== null);
}

/** Why nothing of the invoice may be financed or paid early now, or null; it tells no more than that. */
export async function creditBarrier(reader: Reader, id: string): Promise<Refusal | null> {
  const invoice = await reader.get<InvoiceRow>('invoice', id);
  invariant(invoice !== null, `invoice ${id} is there`);
  const pair = pairOf(invoice);
  const live = (await reader.where<CreditNoteRow>('credit_note', 'openPair', pair)).filter(isLive);
  if (live.length === 0) return null;
  const isAtLarge = live.some((note) => note.invoice === null);
  const open = isAtLarge ? await openInvoices(reader, pair, live) : [];
  return isBlocked(id, open, live) ? texts.blocks() : null;
}

/** The most that a credit note may still take of an invoice, in minor units. */
export async function openCredit(reader: Reader, id: string): Promise<bigint> {
  return openToCredit(await creditedInvoice(reader, id));
}

/** What an invoice has been credited, with the notes that are about it. */
async function creditedInvoice(reader: Reader, id: string): Promise<CreditedInvoice> {
  const [invoice, notes, applications] = await Promise.all([
    reader.get<InvoiceRow>('invoice', id),
    reader.where<CreditNoteRow>('credit_note', 'invoice', id),
    reader.where<CreditApplicationRow>('credit_application', 'invoice', id),
  ]);
  if (invoice === null) throw notFound();
  return { invoice, notes, applications };
}

// Helpers of the handlers above.

type Issued = BodyOf<'credit.issue'>;

function canonicalOf({ seller, buyer, number, issueDate }: Issued): string {
  return creditText(seller, buyer, number, issueDate);
}

/** The invoice that it is about, of the same two; null for one at large. */
async function aboutOf(reader: Reader, body: Issued): Promise<CreditedInvoice | null> {
  if (body.invoice === null) return null;
  const about = await creditedInvoice(reader, body.invoice);
  const { programme, seller, buyer } = about.invoice;
  const isSame = programme === body.programme && seller === body.seller && buyer === body.buyer;
  if (!isSame) throw notFound();
  return about;
}

async function settlesBarrier(
  reader: Reader,
  body: Issued,
  amount: Money,
): Promise<Refusal | null> {
  if (body.dispute === null) return null;
  const dispute = await reader.get<DisputeRow>('dispute', body.dispute);
  if (dispute === null || dispute.seller !== body.seller) throw notFound();
  const notes = await reader.where<CreditNoteRow>('credit_note', 'dispute', dispute.id);
  const issued = notes.find(({ state }) => state !== 'INVALID');
  if (issued !== undefined) return texts.known(issued.number);
  return disputeBarrier(dispute, body.invoice, amount);
}

/** What comes of its dispute: closed, and its part of the invoice disputed no more. */
async function settledDispute(
  reader: Reader,
  { dispute: id, number }: CreditNoteRow,
): Promise<{ readonly heldMinor: bigint; readonly changes: readonly Change[] }> {
  const dispute = id === null ? null : await reader.get<DisputeRow>('dispute', id);
  if (dispute === null || dispute.state === 'CLOSED') return { heldMinor: 0n, changes: [] };
  return {
    heldMinor: heldOf(dispute),
    changes: [update('dispute', dispute, credited(number))],
  };
}

/** The act that applies the next of it, without what `done` was taken from just now. */
async function applicationOf(
  reader: Reader,
  note: CreditNoteRow,
  done?: string,
): Promise<FollowUp | null> {
  const open =
    note.invoice === null
      ? await openInvoices(reader, pairOf(note), await liveOf(reader, note))
      : await ownInvoice(reader, note);
  const next = nextApplication(
    note,
    open.filter(({ id }) => id !== done),
  );
  if (next === null) return null;
  const amount = [next.amountMinor, note.currency] as const;
  return {
    kind: 'credit.apply',
    input: { creditNote: note.id, invoice: next.invoice, amount },
  };
}

function liveOf(reader: Reader, note: CreditNoteRow): Promise<readonly CreditNoteRow[]> {
  return reader.where<CreditNoteRow>('credit_note', 'openPair', pairOf(note));
}

/** The invoice that it is about, with room for what it was issued for. */
async function ownInvoice(reader: Reader, note: CreditNoteRow): Promise<readonly OpenInvoice[]> {
  invariant(note.invoice !== null, 'the credit note names its invoice');
  const about = await creditedInvoice(reader, note.invoice);
  const others = about.notes.filter(({ id }) => id !== note.id);
  return openOf({ ...about, notes: others });
}

/** What the buyer still owes the seller, without the invoices that have a credit note of their own. */
async function openInvoices(
  reader: Reader,
  pair: string,
  live: readonly CreditNoteRow[],
): Promise<readonly OpenInvoice[]> {
  const named = new Set(live.filter(isLive).map(({ invoice }) => invoice));
  const rows = await reader.where<InvoiceRow>('invoice', 'openPair', pair);
  const free = rows.filter(({ id }) => !named.has(id));
  const about = await Promise.all(free.map(({ id }) => creditedInvoice(reader, id)));
  return about.flatMap(openOf);
}

function openOf(about: CreditedInvoice): readonly OpenInvoice[] {
  const { id, state, dueDate } = about.invoice;
  const openMinor = openToCredit(about);
  const isOpen = (state === 'CERTIFIED' || state === 'PART_PAID') && openMinor > 0n;
  return isOpen && dueDate !== null ? [{ id, dueDate, openMinor }] : [];
}

function sayOf(input: Readonly<Record<string, unknown>>): string {
  const [minor, currency] = input.amount as readonly [bigint, string];
  return `${moneyText({ minor, currency })} of ${String(input.invoice)}`;
}

async function readersOf(reader: Reader, note: CreditNoteRow): Promise<readonly string[]> {
  return [note.seller, note.buyer, ...(await membersOf(reader, note.programme, 'AUDITOR'))];
}

function grant(reader: string, { id, createdMs }: CreditNoteRow): Grant {
  return { reader, object: id, type: 'CreditNote', level: 'F', sinceMs: createdMs };
}

function moneyOf([minor, currency]: readonly [bigint, string]): Money {
  return { minor, currency };
}
