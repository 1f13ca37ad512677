/**
 * Invoices: load, permit, decide. Each handler decides one kind of act.
 *
 * Seller, buyer and the programme's auditors read an invoice and every act on it; financiers come to
 * see it through their own slice. Whoever else names an invoice learns nothing.
 */
import type { MoneyValue } from '../../../chain/src/act/kind.ts';
import type { BodyOf } from '../../../chain/src/act/kinds.ts';
import { type Act, handler, type Parts, type Reader, type Secrets } from '../kernel/act.ts';
import { type Change, type Grant, insert, update } from '../kernel/change.ts';
import { type Accepted, accept, type Decision, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Money } from '../kernel/money.ts';
import type { PartyRow, ProgrammeRow } from '../party/model.ts';
import {
  calendarOf,
  isMember,
  issuanceTaken,
  membersOf,
  policyOf,
  requireProgramme,
} from '../party/service.ts';
import { canonicalText } from './fingerprint.ts';
import {
  type InvoiceRow,
  type NearKeyRow,
  type NearMatchRow,
  nearKeptMax,
  nearMatchesMax,
  type ProposalRow,
  riskClasses,
  type Terms,
  type Undertaking,
} from './model.ts';
import { alike, nearKeys } from './near.ts';
import { type InvoiceMove, partIn, permit } from './policy.ts';
import { texts } from './texts.ts';
import {
  answer,
  certified,
  confirm,
  credited,
  expire,
  giveBack,
  invalid,
  type Match,
  type Move,
  paid,
  propose,
  query,
  received,
  refuseInvoice,
  review,
  type Submission,
  submit,
  withdraw,
} from './transitions.ts';

/** The supplier asks the buyer for a promise. The chain decides who reserved the invoice first. */
const submitInvoice = handler({
  kind: 'invoice.submit',
  objects: () => [],
  sees: ({ programme, seller, buyer }) => [programme, seller, buyer],
  mandate: ({ payable }) => ({ action: 'invoice.submit', amount: payable }),
  exposes: async (_reader, { body: { seller, buyer } }) => ({ seller, buyer }),
  async facts(reader, body, secrets) {
    const canonical = body.party === body.seller ? await canonicalOf(reader, body) : null;
    return canonical === null ? {} : { fingerprint: secrets.fingerprint(canonical) };
  },
  async decide(reader, act) {
    const { body } = act;
    const terms = await termsOf(reader, body.programme);
    const auditors = await membersOf(reader, terms.id, 'AUDITOR');
    const wrong = await checkParties(reader, act, terms, auditors);
    if (wrong !== null) return wrong;

    const canonical = await canonicalOf(reader, body);
    invariant(canonical !== null, 'seller and buyer of a programme are registered');
    const submitted = submit(submissionOf(body), {
      id: act.id('inv', 0),
      canonical,
      known: await reader.where<InvoiceRow>('invoice', 'canonical', canonical),
      terms,
      today: act.businessDate,
      at: act.at,
      act: act.hash,
    });
    if (isRefusal(submitted)) return submitted;
    const invoice = submitted;
    const readers = [invoice.seller, invoice.buyer, ...auditors];
    const near = await nearOf(reader, act, invoice);
    return accept(invoice.id, [insert('invoice', invoice), ...near.changes], {
      whenFinal: [update('invoice', invoice, received)],
      whenRefused: [update('invoice', invoice, invalid)],
      grants: readers.flatMap((reader) => [
        ...[grant(reader, invoice), fileGrant(reader, invoice)],
        ...near.matches.map((match) => matchGrant(reader, match)),
      ]),
      readers,
    });
  },
});

/**
 * The earlier invoices that this one looks like, and the traits under which later ones find it. What was
 * compared is not state that may change, and each trait's row is written, so two submissions at one moment
 * do not miss each other: the second is decided again.
 */
async function nearOf(
  reader: Reader,
  act: Pick<Act, 'id' | 'at'>,
  invoice: InvoiceRow,
): Promise<{ readonly changes: readonly Change[]; readonly matches: readonly NearMatchRow[] }> {
  const { own, neighbours } = nearKeys(invoice);
  const rows = await Promise.all(
    [...own, ...neighbours].map((id) => reader.get<NearKeyRow>('near_key', id)),
  );
  const ids = [...new Set(rows.flatMap((row) => row?.invoices ?? []))];
  const earlier = await Promise.all(ids.map((id) => reader.get<InvoiceRow>('invoice', id)));
  const matches = earlier
    .flatMap((other) => {
      const found = other === null ? null : alike(invoice, other);
      return other === null || found === null ? [] : [{ other, ...found }];
    })
    .sort(
      (a, b) =>
        riskClasses.indexOf(a.riskClass) - riskClasses.indexOf(b.riskClass) ||
        Number(b.other.createdMs - a.other.createdMs) ||
        (a.other.id < b.other.id ? -1 : 1),
    )
    .slice(0, nearMatchesMax)
    .map(
      ({ other, rule, riskClass }, order): NearMatchRow => ({
        ...{ id: act.id('nma', order), version: 1, invoice: invoice.id, other: other.id },
        ...{ rule, riskClass, state: 'OPEN', reviewedBy: null, reason: null, createdMs: act.at },
      }),
    );
  const keys = own.map((id, order) => {
    const row = rows[order] ?? null;
    const invoices = [...(row?.invoices ?? []), invoice.id].slice(-nearKeptMax);
    return row === null
      ? insert('near_key', { id, version: 1, invoices })
      : update('near_key', row, { invoices });
  });
  return { changes: [...matches.map((row) => insert('near_match', row)), ...keys], matches };
}

/** What the invoice looks like, with the state of each of the others. */
async function matchesOf(reader: Reader, { id }: InvoiceRow): Promise<readonly Match[]> {
  const rows = await reader.where<NearMatchRow>('near_match', 'invoice', id);
  return Promise.all(
    rows.map(async (row) => {
      const other = await reader.get<InvoiceRow>('invoice', row.other);
      invariant(other !== null, 'a near match is with an invoice that is known');
      return { row, other: other.state };
    }),
  );
}

/** The buyer's clerk has looked at the earlier invoices that this one looks like. */
const reviewMatches = handler({
  kind: 'match.review',
  objects: ({ invoice }) => [invoice],
  mandate: () => ({ action: 'invoice.propose', amount: null }),
  async decide(reader, act) {
    const { invoice, readers } = await load(reader, act);
    const no = permit('review', partOf(invoice, act, readers));
    if (no !== null) return no;
    const { matches: named, verdict, reason } = act.body;
    const said = { named, verdict, reason, person: act.person };
    const judged = review(invoice, await matchesOf(reader, invoice), said);
    if ('code' in judged) return judged;
    return accept(
      invoice.id,
      judged.map(({ row, after }) => update('near_match', row, after)),
      { readers },
    );
  },
});

async function sellerAndBuyer(reader: Reader, id: string): Promise<Parts> {
  const invoice = await reader.get<InvoiceRow>('invoice', id);
  return invoice === null ? {} : { buyer: invoice.buyer, seller: invoice.seller };
}

async function checkParties(
  reader: Reader,
  act: Act<'invoice.submit'>,
  terms: ProgrammeRow,
  auditors: readonly string[],
): Promise<Refusal | null> {
  const { seller, buyer } = act.body;
  const isSupplier = await isMember(reader, terms.id, act.party, 'SUPPLIER');
  if (!isSupplier) {
    const mayKnow = act.party === terms.core || auditors.includes(act.party);
    if (!mayKnow) throw notFound();
    return texts.notSupplier();
  }
  if (seller !== act.party) return texts.sellerNotActing();
  if (seller === buyer) return texts.sellerIsBuyer();
  return buyer === terms.core ? null : texts.buyerNotCore();
}

/** The buyer's clerk proposes what to promise. */
const proposeConfirmation = handler({
  kind: 'invoice.propose',
  objects: ({ invoice }) => [invoice],
  mandate: ({ approved }) => ({ action: 'invoice.propose', amount: approved }),
  exposes: (reader, { body }) => sellerAndBuyer(reader, body.invoice),
  async decide(reader, act) {
    const { invoice, readers, terms } = await load(reader, act);
    const no = permit('propose', partOf(invoice, act, readers));
    if (no !== null) return no;
    if (act.person === null) return texts.personNeeded();
    const undertaking = undertakingOf(act.body);
    const open = await openProposal(reader, invoice);
    const matches = await matchesOf(reader, invoice);
    const wrong = propose(invoice, open, undertaking, terms, act.businessDate, matches);
    const policy = termPolicy(act, terms, invoice, undertaking);
    if (isRefusal(policy) && isOfTerm(wrong)) return policy;
    if (wrong !== null) return wrong;

    const proposal: ProposalRow = {
      id: act.id('prp', 0),
      version: 1,
      invoice: invoice.id,
      state: 'OPEN',
      approvedMinor: undertaking.approved.minor,
      currency: undertaking.approved.currency,
      dueDate: undertaking.dueDate,
      reason: undertaking.reason,
      proposedBy: act.person,
      returnedReason: null,
      createdMs: act.at,
    };
    // A proposal is the buyer's own affair until it is confirmed: the seller does not read it.
    const own = readers.filter((each) => each !== invoice.seller);
    const grants = own.map((each) => proposalGrant(each, proposal));
    return accept(invoice.id, [insert('proposal', proposal)], { grants, readers: own });
  },
});

/** The buyer's approver sends a proposal back. */
const returnProposal = handler({
  kind: 'invoice.return',
  objects: ({ invoice }) => [invoice],
  mandate: () => ({ action: 'invoice.confirm', amount: null }),
  async decide(reader, act) {
    const { invoice, readers } = await load(reader, act);
    const no = permit('return', partOf(invoice, act, readers));
    if (no !== null) return no;
    const proposal = await proposalOf(reader, invoice, act.body.proposal);
    const move = giveBack(invoice, proposal, act.body.reason);
    const own = readers.filter((each) => each !== invoice.seller);
    return decided(move, invoice, proposal, { readers: own });
  },
});

/** The buyer's approver promises, irrevocably. The certificate follows by itself. */
const confirmInvoice = handler({
  kind: 'invoice.confirm',
  objects: ({ invoice }) => [invoice],
  mandate: ({ approved }) => ({ action: 'invoice.confirm', amount: approved }),
  exposes: (reader, { body }) => sellerAndBuyer(reader, body.invoice),
  async decide(reader, act) {
    const { invoice, readers, terms } = await load(reader, act);
    const no = permit('confirm', partOf(invoice, act, readers));
    if (no !== null) return no;
    const proposal = await proposalOf(reader, invoice, act.body.proposal);
    const { statement } = act.body;
    const promise = { ...undertakingOf(act.body), person: act.person, statement };
    const matches = await matchesOf(reader, invoice);
    const move = confirm(invoice, proposal, promise, terms, act.businessDate, matches);
    const policy = termPolicy(act, terms, invoice, promise);
    if (isRefusal(policy)) {
      if (isOfTerm(move.kind === 'refusal' ? move : null)) return policy;
      return decided(move, invoice, proposal, {});
    }
    if (move.kind === 'refusal') return move;
    const taken = await issuanceTaken(reader, terms, promise.approved.minor);
    if (isRefusal(taken)) return taken;
    return decided(move, invoice, proposal, {
      changes: [...policy, ...taken],
      readers,
      grants: [proposalGrant(invoice.seller, proposal)],
      next: [
        {
          kind: 'certificate.issue',
          input: {
            invoice: invoice.id,
            issuer: invoice.buyer,
            holder: invoice.seller,
            face: act.body.approved,
            maturity: act.body.dueDate,
          },
        },
      ],
    });
  },
});

/** The buyer asks the seller. */
const queryInvoice = handler({
  kind: 'invoice.query',
  objects: ({ invoice }) => [invoice],
  mandate: () => ({ action: 'invoice.propose', amount: null }),
  decide: (reader, act) =>
    decideMove(reader, act, 'query', (invoice, open) =>
      query(invoice, open, act.body.question, act.businessDate),
    ),
});

/** The seller answers the buyer. */
const answerInvoice = handler({
  kind: 'invoice.answer',
  objects: ({ invoice }) => [invoice],
  mandate: () => ({ action: 'invoice.submit', amount: null }),
  decide: (reader, act) =>
    decideMove(reader, act, 'answer', (invoice, _open, terms) =>
      answer(invoice, act.body.answer, terms, act.businessDate),
    ),
});

/** The buyer will not pay. */
const refuseAnInvoice = handler({
  kind: 'invoice.refuse',
  objects: ({ invoice }) => [invoice],
  mandate: () => ({ action: 'invoice.confirm', amount: null }),
  facts: releaseFacts,
  decide: (reader, act) =>
    decideMove(reader, act, 'refuse', (invoice) => refuseInvoice(invoice, act.body.reason)),
});

/** The seller takes it back before the promise. */
const withdrawInvoice = handler({
  kind: 'invoice.withdraw',
  objects: ({ invoice }) => [invoice],
  mandate: () => ({ action: 'invoice.submit', amount: null }),
  facts: releaseFacts,
  decide: (reader, act) =>
    decideMove(reader, act, 'withdraw', (invoice) => withdraw(invoice, act.body.reason)),
});

/** The buyer stayed silent past its time; signed by the automation. */
const expireInvoice = handler({
  kind: 'invoice.expire',
  objects: ({ invoice }) => [invoice],
  async facts(reader, { invoice: id }, secrets) {
    const invoice = await reader.get<InvoiceRow>('invoice', id);
    return invoice === null ? {} : { fingerprint: secrets.fingerprint(invoice.canonical) };
  },
  async decide(reader, act) {
    const invoice = await reader.get<InvoiceRow>('invoice', act.body.invoice);
    if (invoice === null) throw notFound();
    const auditors = await membersOf(reader, invoice.programme, 'AUDITOR');
    const open = await openProposal(reader, invoice);
    const readers = [invoice.seller, invoice.buyer, ...auditors];
    return decided(expire(invoice, act.businessDate), invoice, open, { readers });
  },
});

export const invoiceHandlers = [
  submitInvoice,
  proposeConfirmation,
  returnProposal,
  confirmInvoice,
  queryInvoice,
  answerInvoice,
  refuseAnInvoice,
  withdrawInvoice,
  reviewMatches,
  expireInvoice,
] as const;

/** The change that says: the promised amount is a certificate now. For the slice of certificates. */
export function markCertified(_reader: Reader, invoice: InvoiceRow): Change {
  const after = certified(invoice);
  invariant(!isRefusal(after), `invoice ${invoice.id} is confirmed when its certificate is issued`);
  return update('invoice', invoice, after);
}

/** The change that says: this much has been paid in all. For the slice of settlement. */
export function markPaid(_reader: Reader, invoice: InvoiceRow, paidMinor: bigint): Change {
  const after = paid(invoice, paidMinor);
  invariant(!isRefusal(after), `invoice ${invoice.id} is promised when it is paid`);
  return update('invoice', invoice, after);
}

/** The change that says: credit notes took this much off in all. For the slice of disputes. */
export function markCredited(
  invoice: InvoiceRow,
  creditedMinor: bigint,
  disputedMinor: bigint,
): Change {
  const after = credited(invoice, creditedMinor);
  invariant(!isRefusal(after), `invoice ${invoice.id} is a certificate when it is credited`);
  return update('invoice', invoice, { ...after, disputedMinor });
}

/** The change that says: this much of it is disputed. For the slice of disputes. */
export function markDisputed(invoice: InvoiceRow, disputedMinor: bigint): Change {
  invariant(disputedMinor >= 0n, `no less than nothing is disputed of invoice ${invoice.id}`);
  return update('invoice', invoice, { disputedMinor });
}

/** True while a part of what the buyer promised is disputed. */
export async function isDisputed(reader: Reader, id: string): Promise<boolean> {
  const invoice = await reader.get<InvoiceRow>('invoice', id);
  invariant(invoice !== null, `invoice ${id} is there`);
  return invoice.disputedMinor > 0n;
}

/** What the slice of logistics must know of an invoice. Goods move for any invoice that is live. */
export async function goodsOf(
  reader: Reader,
  id: string,
): Promise<Pick<InvoiceRow, 'programme' | 'seller' | 'buyer'> | null> {
  const invoice = await reader.get<InvoiceRow>('invoice', id);
  if (invoice === null) return null;
  const { programme, seller, buyer } = invoice;
  return { programme, seller, buyer };
}

/** A move of one party that concerns no particular proposal. */
async function decideMove(
  reader: Reader,
  act: Pick<Act, 'party' | 'businessDate'> & { readonly body: { readonly invoice: string } },
  name: InvoiceMove,
  move: (invoice: InvoiceRow, open: ProposalRow | null, terms: Terms) => Move | Refusal,
): Promise<Decision> {
  const { invoice, readers, terms } = await load(reader, act);
  const no = permit(name, partOf(invoice, act, readers));
  if (no !== null) return no;
  const open = await openProposal(reader, invoice);
  return decided(move(invoice, open, terms), invoice, open, { readers });
}

/** The move as changes of rows; the proposal's part only where there is a proposal. */
function decided(
  move: Move | Refusal,
  invoice: InvoiceRow,
  proposal: ProposalRow | null,
  more: Partial<Pick<Accepted, 'changes' | 'readers' | 'grants' | 'next'>>,
): Decision {
  if (move.kind === 'refusal') return move;
  const { changes: besides = [], ...others } = more;
  const changes = [update('invoice', invoice, move.invoice), ...besides];
  if (proposal !== null && move.proposal !== null) {
    changes.push(update('proposal', proposal, move.proposal));
  }
  return accept(invoice.id, changes, others);
}

/** The invoice for a party that has business with it or audits it; for others it does not exist. */
async function load(
  reader: Reader,
  act: Pick<Act, 'party'> & { readonly body: { readonly invoice: string } },
) {
  const invoice = await reader.get<InvoiceRow>('invoice', act.body.invoice);
  if (invoice === null) throw notFound();
  const auditors = await membersOf(reader, invoice.programme, 'AUDITOR');
  if (partIn(invoice, act.party, auditors) === 'stranger') throw notFound();
  const terms = await termsOf(reader, invoice.programme);
  return { invoice, terms, readers: [invoice.seller, invoice.buyer, ...auditors] };
}

/** What the programme's policy says to a promise; of a proposal nothing is stored, the promise counts. */
function termPolicy(
  act: Act,
  terms: ProgrammeRow,
  { id }: InvoiceRow,
  { dueDate, reason }: Undertaking,
): readonly Change[] | Refusal {
  return policyOf(act, terms, id, { occasion: 'invoice.confirm', dueDate, reason });
}

/** Policy speaks where nothing else is wrong, and before the programme's own longest term. */
function isOfTerm(wrong: Refusal | null): boolean {
  return wrong === null || wrong.code === 'TENOR_ABOVE_MAX';
}

/** The programme's terms, with its business days. */
async function termsOf(reader: Reader, id: string): Promise<ProgrammeRow & Terms> {
  const programme = await requireProgramme(reader, id);
  return { ...programme, isOpen: await calendarOf(reader, programme) };
}

function partOf(invoice: InvoiceRow, { party }: Pick<Act, 'party'>, auditors: readonly string[]) {
  return partIn(invoice, party, auditors);
}

async function openProposal(reader: Reader, { id }: InvoiceRow): Promise<ProposalRow | null> {
  const all = await reader.where<ProposalRow>('proposal', 'invoice', id);
  return all.find(({ state }) => state === 'OPEN') ?? null;
}

async function proposalOf(reader: Reader, invoice: InvoiceRow, id: string): Promise<ProposalRow> {
  const proposal = await reader.get<ProposalRow>('proposal', id);
  if (proposal === null || proposal.invoice !== invoice.id) throw notFound();
  return proposal;
}

/** What makes the invoice the same however it is typed; null while a party is not registered. */
async function canonicalOf(
  reader: Reader,
  body: Pick<BodyOf<'invoice.submit'>, 'seller' | 'buyer' | 'number' | 'issueDate'>,
): Promise<string | null> {
  const seller = await reader.get<PartyRow>('party', body.seller);
  const buyer = await reader.get<PartyRow>('party', body.buyer);
  if (seller === null || buyer === null) return null;
  return canonicalText({ seller, buyer, number: body.number, issueDate: body.issueDate });
}

/** The token to release; only a party of the invoice gets to know it. */
async function releaseFacts(
  reader: Reader,
  body: { readonly invoice: string; readonly party: string },
  secrets: Secrets,
) {
  const invoice = await reader.get<InvoiceRow>('invoice', body.invoice);
  if (invoice === null || ![invoice.seller, invoice.buyer].includes(body.party)) return {};
  return { fingerprint: secrets.fingerprint(invoice.canonical) };
}

function submissionOf(body: BodyOf<'invoice.submit'>): Submission {
  const { programme, seller, buyer, document, documentDigest, format, number, typeCode } = body;
  const [payableMinor, currency] = body.payable;
  const { issueDate, dueDate, orderReference } = body;
  return {
    ...{ programme, seller, buyer, document, documentDigest, format, number, typeCode, issueDate },
    statedDueDate: dueDate,
    ...{ payableMinor, currency, orderReference },
  };
}

function undertakingOf(body: {
  readonly approved: MoneyValue;
  readonly dueDate: string;
  readonly reason: string | null;
}): Undertaking {
  const [minor, currency] = body.approved;
  const approved: Money = { minor, currency };
  return { approved, dueDate: body.dueDate, reason: body.reason };
}

function grant(reader: string, { id, createdMs }: InvoiceRow): Grant {
  return { reader, object: id, type: 'Invoice', level: 'F', sinceMs: createdMs };
}

/** The file goes with the invoice; that it is the seller's own was checked when it came in. */
function fileGrant(reader: string, { document, createdMs }: InvoiceRow): Grant {
  return { reader, object: document, type: 'Document', level: 'F', sinceMs: createdMs };
}

function proposalGrant(reader: string, { id, createdMs }: ProposalRow): Grant {
  return { reader, object: id, type: 'Proposal', level: 'F', sinceMs: createdMs };
}

function matchGrant(reader: string, { id, createdMs }: NearMatchRow): Grant {
  return { reader, object: id, type: 'NearMatch', level: 'F', sinceMs: createdMs };
}

function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refusal';
}
