/** Translates between GraphQL and the invoice slice: drafts, invoices, proposals. No decision lives here. */
import { FieldError } from '../../../chain/src/act/field.ts';
import { bodyFromInput } from '../../../chain/src/act/input.ts';
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import type { defineDocument } from '../document/graphql.ts';
import type { defineActMutations, MutationInput } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem, WorkSource } from '../graphql/today.ts';
import type { Refusal } from '../kernel/decision.ts';
import { refuse } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { MandateRow } from '../party/model.ts';
import { partyStore } from '../party/store.ts';
import type { Seen } from '../platform/see.ts';
import type { Drafts, DraftView } from './draft.ts';
import {
  confirmationStatement,
  type Finding,
  type InvoiceRow,
  invoiceStates,
  type MatchRule as MatchRuleName,
  matchStates,
  type NearMatchRow,
  type ParsedInvoice,
  type ParsedLine,
  type ParsedParty,
  type ProposalRow,
  proposalStates,
  riskClasses,
} from './model.ts';
import { type InvoiceQueries, invoiceStore, resubmittable, type WaitingInvoice } from './store.ts';

export type InvoiceServices = { readonly drafts: Drafts; readonly queries: InvoiceQueries };

/** An invoice as a reader sees it; a summary shows neither file nor words. */
export type InvoiceView = Seen<InvoiceRow>;
type PartyInFile = ParsedParty & { readonly partyId: string | null };
type InvoiceInFile = Omit<ParsedInvoice, 'seller' | 'buyer'> & {
  readonly seller: PartyInFile;
  readonly buyer: PartyInFile;
};

export type InvoiceSchema = ReturnType<typeof defineInvoice>;

export function defineInvoice(
  schema: Schema,
  anchors: AnchorSchema,
  { actMutation, actsMutation }: ReturnType<typeof defineActMutations>,
  { PartyType, ProgrammeType }: PartySchema,
  { DocumentType, documentOf }: ReturnType<typeof defineDocument>,
  { drafts, queries }: InvoiceServices,
) {
  const { builder, NodeType, MoneyType, RefusalType, connection, pageArgs } = schema;
  const { Anchor, ActType } = anchors;
  const storeOf = ({ see }: Context) => invoiceStore(see);
  const partyOf = async (id: string, { see }: Context) => found(await partyStore(see).party(id));

  const Severity = builder.enumType('Severity', {
    description: 'Whether a finding stops the submission.',
    values: {
      ERROR: { description: 'It does.' },
      WARNING: { description: 'It is shown and passes.' },
    } as const,
  });
  const FindingType = builder.objectRef<Finding>('Finding').implement({
    description: 'One finding of the checks: what rule, where in the file, seen and expected.',
    fields: (t) => ({
      severity: t.expose('severity', { type: Severity, description: 'ERROR or WARNING.' }),
      rule: t.exposeString('rule', { description: 'By EN 16931 (BR-CO-16) or our own name.' }),
      path: t.exposeString('path', { description: 'Of the element in the file.' }),
      message: t.exposeString('message', { description: 'For a person.' }),
      seen: t.exposeString('seen', { description: 'What stands there.' }),
      expected: t.exposeString('expected', { description: 'What the rule needs.' }),
    }),
  });
  const ParsedPartyType = builder.objectRef<PartyInFile>('ParsedParty').implement({
    description: 'An organisation as the file names it.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its registered name.' }),
      registrationScheme: t.string({
        nullable: true,
        description: 'Of its best registered number: VAT, GLN, an ISO 6523 code …',
        resolve: ({ registrations }) => registrations[0]?.scheme ?? null,
      }),
      registrationNumber: t.string({
        nullable: true,
        description: 'Its best registered number; null where the file has none.',
        resolve: ({ registrations }) => registrations[0]?.number ?? null,
      }),
      country: t.exposeString('country', { nullable: true, description: 'ISO 3166-1 alpha-2.' }),
      partyId: t.exposeID('partyId', {
        nullable: true,
        description: 'The member of the network that it is, where that is known.',
      }),
    }),
  });
  const ParsedLineType = builder.objectRef<ParsedLine>('ParsedLine').implement({
    description: 'A line of the file.',
    fields: (t) => ({
      id: t.exposeString('id', { description: 'Its number.' }),
      description: t.exposeString('description', { description: 'Of the goods.' }),
      quantity: t.exposeString('quantity', { description: 'With its unit: "10 EA".' }),
      net: t.expose('net', { type: MoneyType, description: 'Without tax.' }),
    }),
  });
  const ParsedInvoiceType = builder.objectRef<InvoiceInFile>('ParsedInvoice').implement({
    description: 'An invoice as its file states it.',
    fields: (t) => ({
      format: t.exposeString('format', { description: 'Such as UBL 2.1 Invoice.' }),
      number: t.exposeString('number', { description: "The seller's number." }),
      typeCode: t.exposeString('typeCode', { description: 'UNTDID 1001; 380 is commercial.' }),
      issueDate: t.expose('issueDate', { type: 'Date', description: 'When it was issued.' }),
      dueDate: t.expose('dueDate', {
        type: 'Date',
        nullable: true,
        description: 'When it falls due, where the file says so.',
      }),
      seller: t.expose('seller', { type: ParsedPartyType, description: 'Who sold.' }),
      buyer: t.expose('buyer', { type: ParsedPartyType, description: 'Who bought.' }),
      payeeName: t.exposeString('payeeName', {
        nullable: true,
        description: 'Who is to be paid, where that is not the seller.',
      }),
      currency: t.exposeString('currency', { description: 'ISO 4217.' }),
      net: t.expose('net', { type: MoneyType, description: 'Without tax.' }),
      tax: t.expose('tax', { type: MoneyType, description: 'The tax.' }),
      gross: t.expose('gross', { type: MoneyType, description: 'With tax.' }),
      prepaid: t.expose('prepaid', {
        type: MoneyType,
        nullable: true,
        description: 'Paid before.',
      }),
      rounding: t.expose('rounding', {
        type: MoneyType,
        nullable: true,
        description: 'Added to round the payable amount.',
      }),
      payable: t.expose('payable', { type: MoneyType, description: 'What is asked for.' }),
      orderReference: t.exposeString('orderReference', {
        nullable: true,
        description: 'The order that it is about.',
      }),
      lineCount: t.exposeInt('lineCount', { description: 'Of all lines.' }),
      lines: t.field({
        type: [ParsedLineType],
        description: 'The first 500 lines.',
        resolve: ({ lines }) => [...lines],
      }),
    }),
  });
  const DraftType = builder.objectRef<DraftView>('Draft').implement({
    description: 'A file that was read and checked, not yet submitted. Yours alone.',
    interfaces: [NodeType],
    fields: (t) => ({
      document: t.field({
        type: DocumentType,
        description: 'The file.',
        resolve: async ({ document, owner }) => found(await documentOf(owner, document)),
      }),
      parsed: t.field({
        type: ParsedInvoiceType,
        nullable: true,
        description: 'What it says; null where no invoice could be read from it.',
        resolve: ({ parsed, seller, buyer }) =>
          parsed === null ? null : inFile(parsed, seller, buyer),
      }),
      findings: t.field({
        type: [FindingType],
        description: 'What speaks against it today, errors first.',
        resolve: ({ findings }) => [...findings],
      }),
      programme: t.field({
        type: ProgrammeType,
        nullable: true,
        description: 'In which it can be submitted.',
        resolve: async ({ programme }, _args, { see }) =>
          programme === null ? null : partyStore(see).programme(programme),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was uploaded.' }),
    }),
  });

  const ProposalState = builder.enumType('ProposalState', {
    description: 'Where a proposal stands.',
    values: proposalStates,
  });
  const ProposalType = builder.objectRef<Seen<ProposalRow>>('Proposal').implement({
    description: "What the buyer's clerk proposes to promise.",
    interfaces: [NodeType],
    fields: (t) => ({
      approved: t.field({
        type: MoneyType,
        description: 'How much.',
        resolve: ({ approvedMinor: minor, currency }) => ({ minor, currency }),
      }),
      dueDate: t.expose('dueDate', { type: 'Date', description: 'On which day.' }),
      reason: t.exposeString('reason', { nullable: true, description: 'Why less.' }),
      proposedBy: t.string({
        description: "The person's name; empty where the person is not yours to see.",
        resolve: async ({ proposedBy }, _args, { see }) =>
          (await partyStore(see).person(proposedBy))?.name ?? '',
      }),
      state: t.expose('state', { type: ProposalState, description: 'Open, or how it ended.' }),
      returnedReason: t.exposeString('returnedReason', {
        nullable: true,
        description: 'Why it went back.',
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const MatchRule = builder.enumType('MatchRule', {
    description: 'Why an invoice looks like an earlier one.',
    values: {
      NUMBER_LETTER: { description: 'Numbers that differ in a last letter: 1001-A, 1001-B.' },
      AMOUNT_AND_ORDER: { description: 'The same amount for the same order.' },
      NUMBER_PART: { description: 'Numbers that differ in a last part, of one order or one day.' },
      AMOUNT_AND_WEEK: { description: 'The same amount within a week.' },
      AMOUNT_CLOSE: { description: 'At most one unit of money apart, of one order or one day.' },
      AMOUNT: { description: 'The same amount.' },
    } satisfies Record<MatchRuleName, object>,
  });
  const RiskClass = builder.enumType('RiskClass', {
    description: 'HIGH and MEDIUM wait for a review; LOW is only shown.',
    values: riskClasses,
  });
  const MatchState = builder.enumType('MatchState', {
    description: 'Not judged yet, another bill after all, or the same one.',
    values: matchStates,
  });
  const NearMatchType = builder.objectRef<Seen<NearMatchRow>>('NearMatch');
  const InvoiceState = builder.enumType('InvoiceState', {
    description: 'Where an invoice stands.',
    values: invoiceStates,
  });
  const InvoiceType = builder.objectRef<InvoiceView>('Invoice').implement({
    description: 'What a supplier billed, and what its buyer promised for it.',
    interfaces: [NodeType],
    fields: (t) => ({
      number: t.exposeString('number', { description: "The seller's number." }),
      state: t.expose('state', { type: InvoiceState, description: 'Where it stands.' }),
      typeCode: t.exposeString('typeCode', { description: 'UNTDID 1001.' }),
      seller: t.field({
        type: PartyType,
        description: 'Who sold.',
        resolve: ({ seller }, _args, context) => partyOf(seller, context),
      }),
      buyer: t.field({
        type: PartyType,
        description: 'Who bought and owes.',
        resolve: ({ buyer }, _args, context) => partyOf(buyer, context),
      }),
      programme: t.field({
        type: ProgrammeType,
        description: 'Whose terms bind it.',
        resolve: async ({ programme }, _args, { see }) =>
          found(await partyStore(see).programme(programme)),
      }),
      issueDate: t.expose('issueDate', { type: 'Date', description: 'When it was issued.' }),
      dueDate: t.field({
        type: 'Date',
        nullable: true,
        description: 'The day of the promise; before it, the day that the file states.',
        resolve: ({ dueDate, statedDueDate }) => dueDate ?? statedDueDate,
      }),
      payable: t.field({
        type: MoneyType,
        description: 'What it asks for.',
        resolve: ({ payableMinor: minor, currency }) => ({ minor, currency }),
      }),
      approved: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What the buyer promised; null before.',
        resolve: ({ approvedMinor: minor, currency }) =>
          minor === null ? null : { minor, currency },
      }),
      paid: t.field({
        type: MoneyType,
        description: 'What has been paid of it.',
        resolve: ({ paidMinor: minor, currency }) => ({ minor, currency }),
      }),
      disputed: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What the buyer disputes of it; null where it is not yours to see.',
        resolve: whole(({ disputedMinor: minor, currency }) => ({ minor, currency })),
      }),
      credited: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What credit notes took off the promise; null where it is not yours to see.',
        resolve: whole(({ creditedMinor: minor, currency }) => ({ minor, currency })),
      }),
      approvedReason: t.string({
        nullable: true,
        description: 'Why the promise is for less.',
        resolve: whole(({ approvedReason }) => approvedReason),
      }),
      orderReference: t.string({
        nullable: true,
        description: 'The order that it is about.',
        resolve: whole(({ orderReference }) => orderReference),
      }),
      refusalReason: t.string({
        nullable: true,
        description: 'Why it was refused or withdrawn, or the chain’s code when it is invalid.',
        resolve: whole(({ refusalReason }) => refusalReason),
      }),
      question: t.string({
        nullable: true,
        description: 'What the buyer asked last.',
        resolve: whole(({ question }) => question),
      }),
      answer: t.string({
        nullable: true,
        description: 'What the seller answered.',
        resolve: whole(({ answer }) => answer),
      }),
      confirmBy: t.expose('confirmByDate', {
        type: 'Date',
        description: 'The last business day on which the buyer may confirm.',
      }),
      proposal: t.field({
        type: ProposalType,
        nullable: true,
        description: 'The open proposal, else the newest that you may see.',
        resolve: ({ id }, _args, context) => storeOf(context).proposal(id),
      }),
      nearMatches: t.field({
        type: [NearMatchType],
        description: 'Earlier invoices that it looks like, as far as you may see them.',
        resolve: async ({ id }, _args, context) => [...(await storeOf(context).nearMatches(id))],
      }),
      document: t.field({
        type: DocumentType,
        nullable: true,
        description: 'The file; null where it is not yours to see.',
        resolve: whole(({ document }, { see }) => documentOf(see.reader, document)),
      }),
      parsed: t.field({
        type: ParsedInvoiceType,
        nullable: true,
        description: 'What the file says; null where it is not yours to see.',
        resolve: whole(async ({ document, seller, buyer }) => {
          const parsed = await queries.parsedOf(seller, document);
          return parsed === null ? null : inFile(parsed, seller, buyer);
        }),
      }),
      acts: t.field({
        type: [ActType],
        description: 'Acts about it that you may read, oldest first.',
        resolve: async ({ id }, _args, { acts }) => [...(await acts.about(id))],
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read; null where you may read none.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it came here.' }),
    }),
  });

  NearMatchType.implement({
    description: 'An invoice that looks like an earlier one of the same seller and buyer.',
    interfaces: [NodeType],
    fields: (t) => ({
      invoice: t.field({
        type: InvoiceType,
        nullable: true,
        description: 'The later one, which waits; null where it is not yours to see.',
        resolve: ({ invoice }, _args, context) => storeOf(context).invoice(invoice),
      }),
      other: t.field({
        type: InvoiceType,
        nullable: true,
        description: 'The earlier one; null where it is not yours to see.',
        resolve: ({ other }, _args, context) => storeOf(context).invoice(other),
      }),
      rule: t.expose('rule', { type: MatchRule, description: 'Why it looks alike.' }),
      riskClass: t.expose('riskClass', { type: RiskClass, description: 'How suspicious that is.' }),
      state: t.expose('state', { type: MatchState, description: 'What was found.' }),
      reviewedBy: t.string({
        nullable: true,
        description: 'Who judged it; empty where the person is not yours to see, null before.',
        resolve: async ({ reviewedBy }, _args, { see }) =>
          reviewedBy === null ? null : ((await partyStore(see).person(reviewedBy))?.name ?? ''),
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'What was found, in words.',
      }),
    }),
  });

  const InvoiceFilter = builder.inputType('InvoiceFilter', {
    description: 'Only invoices that fit all of it.',
    fields: (t) => ({
      states: t.field({ type: [InvoiceState], description: 'In one of these states.' }),
      ids: t.idList({ description: 'One of these.' }),
      number: t.string({ description: 'With exactly this number.' }),
      sellerId: t.id({ description: 'Of this seller.' }),
      buyerId: t.id({ description: 'To this buyer.' }),
    }),
  });
  const InvoiceConnection = connection('Invoice', InvoiceType);
  const NearMatchConnection = connection('NearMatch', NearMatchType);
  const DraftConnection = connection('Draft', DraftType);
  const seenDraft = async (owner: string, id: string, { services }: Context) =>
    drafts.draft(owner, id, await services.today());

  builder.queryFields((t) => ({
    invoice: t.field({
      type: InvoiceType,
      description: 'An invoice that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the invoice.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).invoice(id));
      },
    }),
    invoices: t.field({
      type: InvoiceConnection,
      description: 'Invoices that you may see, newest first.',
      args: { ...pageArgs, filter: t.arg({ type: InvoiceFilter, description: 'Only these.' }) },
      resolve: (_root, { filter, ...page }, context) => {
        signedIn(context);
        return storeOf(context).invoices(pageOf(page), {
          ids: filter?.ids ?? null,
          states: filter?.states ?? null,
          number: filter?.number ?? null,
          seller: filter?.sellerId ?? null,
          buyer: filter?.buyerId ?? null,
        });
      },
    }),
    nearMatches: t.field({
      type: NearMatchConnection,
      description:
        'Invoices that look like earlier ones, as far as you may see them, newest first.',
      args: {
        ...pageArgs,
        states: t.arg({ type: [MatchState], description: 'Only in one of these states.' }),
      },
      resolve: (_root, { states, ...page }, context) => {
        signedIn(context);
        return storeOf(context).allNearMatches(pageOf(page), states ?? null);
      },
    }),
    confirmationStatement: t.string({
      description: 'The words under which a confirmation is signed; any other are refused.',
      resolve: () => confirmationStatement,
    }),
    draft: t.field({
      type: DraftType,
      description: 'A draft of yours.',
      args: { id: t.arg.id({ required: true, description: 'Of the draft.' }) },
      resolve: async (_root, { id }, context) =>
        found(await seenDraft(signedIn(context).party, id, context)),
    }),
    drafts: t.field({
      type: DraftConnection,
      description: 'Your drafts that wait to be submitted, newest first.',
      args: pageArgs,
      resolve: async (_root, page, context) => {
        const { rows, ...rest } = await queries.drafts(
          signedIn(context).party,
          pageOf(page),
          resubmittable,
        );
        const today = await context.services.today();
        return { ...rest, rows: await Promise.all(rows.map((each) => drafts.view(each, today))) };
      },
    }),
  }));

  const UploadInput = builder.inputType('UploadInvoiceInput', {
    description: 'A file to read and check.',
    fields: (t) => ({
      file: t.field({ type: 'Upload', required: true, description: 'A UBL 2.1 invoice.' }),
      programme: t.id({ description: 'Where it belongs, when there is a choice.' }),
      idempotencyKey: t.string({
        required: true,
        description: 'The same key with the same file gives the same draft.',
      }),
    }),
  });
  const UploadResult = builder.unionType('UploadInvoiceResult', {
    description: 'The draft, or why the file was not taken.',
    types: [DraftType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'Draft'),
  });
  builder.mutationFields((t) => ({
    uploadInvoice: t.field({
      type: UploadResult,
      description: 'Reads and checks an invoice and keeps it as a draft. Not an act.',
      args: { input: t.arg({ type: UploadInput, required: true, description: 'The file.' }) },
      resolve: async (_root, { input }, context) => {
        const { party, person } = signedIn(context);
        const key = input.idempotencyKey;
        if (!/^\S{1,100}$/.test(key)) return badKey(key);
        const kept = await drafts.upload({
          ...{ party, person, key, file: input.file },
          programme: input.programme ?? null,
        });
        if ('code' in kept) return kept;
        return drafts.view(kept, await context.services.today());
      },
    }),
    discardDraft: t.boolean({
      description:
        'Gives up a draft. False where it was submitted: its file belongs to the invoice.',
      args: { id: t.arg.id({ required: true, description: 'Of the draft.' }) },
      resolve: (_root, { id }, context) => drafts.discard(signedIn(context).party, id),
    }),
  }));

  const answer = {
    field: 'invoice',
    type: InvoiceType,
    load: (context: Context, id: string) => storeOf(context).invoice(id),
  } as const;
  actMutation('submitInvoice', {
    ...answer,
    kind: 'invoice.submit',
    description: 'The supplier asks the buyer for a promise. The chain decides who was first.',
    beside: ['draft'],
    before: (context, input) => checkedSubmission(context, input, drafts),
  });
  actMutation('withdrawInvoice', {
    ...answer,
    kind: 'invoice.withdraw',
    description: 'The supplier takes an invoice back, as long as nothing is promised.',
  });
  actMutation('queryInvoice', {
    ...answer,
    kind: 'invoice.query',
    description: 'The buyer asks; its time to answer stands still.',
  });
  actMutation('answerInvoice', {
    ...answer,
    kind: 'invoice.answer',
    description: 'The supplier answers; the time goes on.',
  });
  const propose = actMutation('proposeConfirmation', {
    ...answer,
    kind: 'invoice.propose',
    description: "The buyer's clerk proposes what to promise.",
  });
  actsMutation(
    'proposeConfirmations',
    propose,
    "The buyer's clerk proposes what to promise for many invoices.",
  );
  actMutation('returnProposal', {
    ...answer,
    kind: 'invoice.return',
    description: "The buyer's approver sends a proposal back.",
  });
  const confirm = actMutation('confirmInvoice', {
    ...answer,
    kind: 'invoice.confirm',
    description: 'The buyer promises to pay the approved amount on the due date. Irrevocable.',
  });
  actsMutation(
    'confirmInvoices',
    confirm,
    'The buyer promises to pay many invoices; one signature, each promise an act of its own. Irrevocable.',
  );
  actMutation('reviewMatches', {
    ...answer,
    kind: 'match.review',
    description:
      "The buyer's clerk says whether an invoice is an earlier one again, or another bill.",
  });
  actMutation('refuseInvoice', {
    ...answer,
    kind: 'invoice.refuse',
    description: 'The buyer will not pay this invoice, and says why.',
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'inv', type: 'Invoice', load: ({ see }, id) => invoiceStore(see).invoice(id) },
    { prefix: 'nma', type: 'NearMatch', load: ({ see }, id) => see.row('near_match', id) },
    { prefix: 'prp', type: 'Proposal', load: ({ see }, id) => see.row('proposal', id) },
    {
      prefix: 'drf',
      type: 'Draft',
      load: (context, id) => seenDraft(signedIn(context).party, id, context),
    },
  ];
  return { InvoiceType, ProposalType, ProposalState, nodes, workItems: workItems(queries) };
}

/** A field that a summary does not show. */
function whole<T>(read: (invoice: InvoiceView, context: Context) => T) {
  return (invoice: InvoiceView, _args: object, context: Context): T | null =>
    invoice.level === 'F' ? read(invoice, context) : null;
}

function inFile(parsed: ParsedInvoice, seller: string | null, buyer: string | null): InvoiceInFile {
  return {
    ...parsed,
    seller: { ...parsed.seller, partyId: seller },
    buyer: { ...parsed.buyer, partyId: buyer },
  };
}

/** What is submitted is what the file says. A field of the wrong form is refused by the pipeline. */
async function checkedSubmission(
  context: Context,
  input: MutationInput,
  drafts: Drafts,
): Promise<Refusal | MutationInput> {
  const { party } = signedIn(context);
  const { draft, idempotencyKey: _key, wait: _wait, ...fields } = input;
  const submission = submissionOf(fields);
  if (submission === null) return input;
  return (await drafts.check(party, String(draft), submission)) ?? input;
}

function submissionOf(fields: MutationInput): InputOf<'invoice.submit'> | null {
  try {
    return bodyFromInput('invoice.submit', fields);
  } catch (error) {
    if (error instanceof FieldError) return null;
    throw error;
  }
}

function badKey(seen: string): Refusal {
  return refuse('BAD_INPUT', 'An idempotency key has 1 to 100 characters and no space.', {
    path: 'idempotencyKey',
    seen: seen.slice(0, 100),
    expected: '1 to 100 characters',
  });
}

/** What waits for the viewer among invoices and drafts: what their mandates let them do. */
function workItems(queries: InvoiceQueries): WorkSource {
  return async ({ see }, viewer) => {
    const mandates = await see.children<MandateRow>('mandate', 'holder', viewer.person);
    const actions = new Set(mandates.filter(({ revoked }) => !revoked).map(({ action }) => action));
    const waiting = await queries.waiting(viewer.party);
    const items = waiting.flatMap((invoice) => itemOf(invoice, viewer, actions) ?? []);
    if (!actions.has('invoice.submit')) return items;
    const { rows } = await queries.drafts(viewer.party, { first: draftsShown }, []);
    return [
      ...items,
      ...rows.map(
        ({ id, parsed }): WorkItem => ({
          ...{ id: `submit-draft:${id}`, action: 'submit-draft', subjectId: id },
          subjectType: 'Draft',
          title: parsed?.number ?? '',
          counterparty: parsed?.buyer.name ?? '',
          amount: parsed?.payable ?? null,
          deadline: null,
        }),
      ),
    ];
  };
}

const draftsShown = 20;

function itemOf(
  invoice: WaitingInvoice,
  { party, person }: Viewer,
  actions: ReadonlySet<string>,
): WorkItem | null {
  const isSeller = invoice.seller === party;
  const action = isSeller ? sellersAction(actions) : buyersAction(invoice, person, actions);
  if (action === null) return null;
  const { id, number, currency, payableMinor, proposedMinor, confirmByDate } = invoice;
  const amount: Money = {
    currency,
    minor: action === 'confirm' ? (proposedMinor ?? payableMinor) : payableMinor,
  };
  return {
    ...{ id: `${action}:${id}`, action, subjectId: id, subjectType: 'Invoice', title: number },
    counterparty: isSeller ? invoice.buyerName : invoice.sellerName,
    amount,
    deadline: isSeller ? null : confirmByDate,
  };
}

/** An invoice waits for its seller while the buyer's question is open. */
function sellersAction(actions: ReadonlySet<string>): string | null {
  return actions.has('invoice.submit') ? 'answer' : null;
}

/** A proposal waits for a colleague of whoever made it. */
function buyersAction(
  { openProposal, proposedBy, isNear }: WaitingInvoice,
  person: string,
  actions: ReadonlySet<string>,
): string | null {
  if (openProposal === null) {
    if (!actions.has('invoice.propose')) return null;
    return isNear ? 'review-match' : 'propose';
  }
  return actions.has('invoice.confirm') && proposedBy !== person ? 'confirm' : null;
}
