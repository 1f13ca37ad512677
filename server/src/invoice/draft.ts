/**
 * Drafts: a supplier's files, read and checked before anything is submitted.
 *
 * A draft is a private note and no act. What its file says was read once and is kept; who the
 * parties in it are, and whether it is here already, is looked at anew each time it is read. The
 * same upload again gives the same draft; the same file in another upload is refused, and the
 * refusal names what is here.
 */
import { createHash } from 'node:crypto';
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import type { Documents } from '../document/service.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { Fault, notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { moneyText } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import { canonicalText } from './fingerprint.ts';
import { type Buyer, type KnownParty, type Match, matchParties } from './matching.ts';
import type { Draft, Finding, InvoiceState } from './model.ts';
import { readInvoiceFile } from './reading.ts';
import { texts } from './texts.ts';

/** What became of a draft: the invoice that was last submitted from it. */
export type Outcome = { readonly id: string; readonly state: InvoiceState };

/** A draft as its owner sees it now. */
export type DraftView = Draft & {
  readonly seller: string | null;
  readonly buyer: string | null;
  readonly programme: string | null;
};

export type DraftStore = {
  /** Adds it, or gives the one that is there of the same upload or the same file. */
  add(draft: Draft): Promise<Draft>;
  draft(owner: string, id: string): Promise<Draft | null>;
  ofUpload(owner: string, uploadKey: string): Promise<Draft | null>;
  ofFile(owner: string, digest: Uint8Array): Promise<Draft | null>;
  /** True when it was there, was the owner's and was never submitted. */
  remove(owner: string, id: string): Promise<boolean>;
  party(id: string): Promise<KnownParty>;
  /** The core enterprises of the programmes in which the party is a supplier, oldest first. */
  buyersOf(supplier: string): Promise<readonly Buyer[]>;
  /** The invoice last submitted with that document. */
  outcomeOf(seller: string, document: string): Promise<Outcome | null>;
  /** The live invoice of that canonical text. */
  liveInvoice(
    canonical: string,
  ): Promise<{ readonly id: string; readonly document: string } | null>;
};

export type Upload = {
  readonly party: string;
  readonly person: string;
  readonly key: string;
  readonly programme: string | null;
  readonly file: { readonly name: string; readonly bytes: Uint8Array };
};

export type Drafts = ReturnType<typeof openDrafts>;

export function openDrafts(options: {
  readonly store: DraftStore;
  readonly documents: Documents;
  readonly ids: Ids;
  readonly clock: Clock;
}) {
  const { store, documents, ids, clock } = options;

  /**
   * Reads, checks and keeps a file. Refuses what is no UBL invoice, what was uploaded before, and
   * uploads of parties that supply nobody. An invoice with errors is kept: its owner sees them.
   */
  async function upload({ party, person, key, programme, file }: Upload): Promise<Draft | Refusal> {
    const digest = new Uint8Array(createHash('sha256').update(file.bytes).digest());
    const before = await store.ofUpload(party, key);
    if (before !== null) return sameUpload(before, digest);
    const buyers = await store.buyersOf(party);
    if (buyers.length === 0) return texts.notSupplier();
    if (programme !== null && !buyers.some((each) => each.programme === programme))
      throw notFound();
    const known = await store.ofFile(party, digest);
    if (known !== null) return texts.duplicateFile(await placeOf(known));
    const reading = readInvoiceFile(file.bytes);
    if (reading.kind === 'refusal') return reading;

    const { document } = await documents.store(party, { ...file, mediaType: 'application/xml' });
    const { parsed, findings } = reading;
    const draft: Draft = {
      ...{ id: ids.next('drf'), owner: party, person, uploadKey: key, document: document.id },
      ...{ digest, programme, parsed, findings, createdMs: clock.now() },
    };
    const kept = await store.add(draft);
    if (kept.id === draft.id) return kept;
    return kept.uploadKey === key
      ? sameUpload(kept, digest)
      : texts.duplicateFile(await placeOf(kept));
  }

  async function placeOf(draft: Draft): Promise<string> {
    const outcome = await store.outcomeOf(draft.owner, draft.document);
    return outcome === null
      ? `draft ${draft.id}`
      : `draft ${draft.id}, invoice ${outcome.id} (${outcome.state})`;
  }

  async function matchOf(draft: Draft): Promise<Match | null> {
    if (draft.parsed === null) return null;
    const [self, buyers] = await Promise.all([
      store.party(draft.owner),
      store.buyersOf(draft.owner),
    ]);
    return matchParties(draft.parsed, self, buyers, draft.programme);
  }

  /** The draft with its parties and everything that speaks against it today. */
  async function view(draft: Draft, today: BusinessDate): Promise<DraftView> {
    const match = await matchOf(draft);
    const live = [...futureOf(draft, today), ...(await duplicateOf(draft, match))];
    const findings = [...(match?.findings ?? []), ...live, ...draft.findings];
    const { seller = null, buyer = null, programme = draft.programme } = match ?? {};
    return { ...draft, seller, buyer, programme, findings: errorsFirst(findings) };
  }

  async function duplicateOf(draft: Draft, match: Match | null): Promise<readonly Finding[]> {
    const { parsed } = draft;
    if (parsed === null || match === null || match.buyer === null || match.seller === null)
      return [];
    const [seller, buyer] = [await store.party(match.seller), await store.party(match.buyer)];
    const { number, issueDate } = parsed;
    const live = await store.liveInvoice(canonicalText({ seller, buyer, number, issueDate }));
    if (live === null || live.document === draft.document) return [];
    return [
      {
        severity: 'ERROR',
        rule: 'DUPLICATE_EXACT',
        path: '/Invoice/cbc:ID',
        message: 'This invoice is here already; nobody is paid twice for it.',
        seen: `${number} of ${issueDate}, invoice ${live.id}`,
        expected: 'an invoice that was not submitted before',
      },
    ];
  }

  return {
    upload,

    async draft(owner: string, id: string, today: BusinessDate): Promise<DraftView | null> {
      const draft = await store.draft(owner, id);
      return draft === null ? null : view(draft, today);
    },

    view,

    /** Gives up a draft. False where it was submitted: its file belongs to the invoice. */
    async discard(owner: string, id: string): Promise<boolean> {
      if ((await store.draft(owner, id)) === null) throw notFound();
      return store.remove(owner, id);
    },

    /**
     * Refuses a submission that says anything else than its file, or whose file has an error. What
     * depends on other invoices or the day is decided by the act itself.
     */
    async check(
      owner: string,
      id: string,
      input: InputOf<'invoice.submit'>,
    ): Promise<Refusal | null> {
      const draft = await store.draft(owner, id);
      if (draft === null) throw notFound();
      const match = await matchOf(draft);
      const findings = [...(match?.findings ?? []), ...draft.findings];
      const error = errorsFirst(findings).find(({ severity }) => severity === 'ERROR');
      return error === undefined ? mismatch(draft, match, input) : refusalOf(error);
    },
  };
}

/** The same key means the same upload; another file under it is a mistake of the caller. */
function sameUpload(draft: Draft, digest: Uint8Array): Draft {
  if (Buffer.from(draft.digest).equals(digest)) return draft;
  throw new Fault('IDEMPOTENCY_CONFLICT', 'This idempotency key was used for another file.', {
    path: 'input.idempotencyKey',
  });
}

function futureOf({ parsed }: Draft, today: BusinessDate): readonly Finding[] {
  if (parsed === null || parsed.issueDate <= today) return [];
  const { code, message, seen, expected } = texts.issueDateFuture(parsed.issueDate, today);
  return [
    { severity: 'ERROR', rule: code, path: '/Invoice/cbc:IssueDate', message, seen, expected },
  ];
}

function mismatch(
  draft: Draft,
  match: Match | null,
  input: InputOf<'invoice.submit'>,
): Refusal | null {
  const { parsed } = draft;
  invariant(parsed !== null && match !== null, 'a draft without errors was read into an invoice');
  const [minor, currency] = input.payable;
  const said: readonly (readonly [string, string | null, string | null])[] = [
    ['seller', input.seller, match.seller],
    ['buyer', input.buyer, match.buyer],
    ['document', input.document, draft.document],
    ['documentDigest', hex(input.documentDigest), hex(draft.digest)],
    ['format', input.format, parsed.format],
    ['number', input.number, parsed.number],
    ['typeCode', input.typeCode, parsed.typeCode],
    ['issueDate', input.issueDate, parsed.issueDate],
    ['dueDate', input.dueDate, parsed.dueDate],
    ['payable', moneyText({ minor, currency }), moneyText(parsed.payable)],
    ['orderReference', input.orderReference, parsed.orderReference],
  ];
  const wrong = said.find(([, seen, expected]) => seen !== expected);
  if (wrong === undefined) return null;
  const [path, seen, expected] = wrong;
  return texts.documentMismatch(path, seen ?? 'nothing', expected ?? 'nothing');
}

/** A finding as the refusal of the submission: our own rules by their name, the standard's as one. */
function refusalOf({ rule, message, path, seen, expected }: Finding): Refusal {
  const isOurs = /^[A-Z]+(_[A-Z]+)+$/.test(rule);
  return refuse(isOurs ? rule : 'INVOICE_INVALID', isOurs ? message : `${rule}: ${message}`, {
    path: 'draft',
    seen: `${seen} at ${path}`,
    expected,
    help: 'Correct the invoice where it was made, and upload the corrected file.',
  });
}

function errorsFirst(findings: readonly Finding[]): readonly Finding[] {
  const errors = findings.filter(({ severity }) => severity === 'ERROR');
  return [...errors, ...findings.filter(({ severity }) => severity === 'WARNING')];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
