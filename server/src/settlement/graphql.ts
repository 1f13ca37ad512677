/** Translates between GraphQL and settlement. No decision lives here. */
import { createHash } from 'node:crypto';
import type { Documents } from '../document/service.ts';
import type { FinancingSchema } from '../financing/graphql.ts';
import type { defineActMutations, MutationInput } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem } from '../graphql/today.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { AccountRow, PartyRow } from '../party/model.ts';
import { camtFormatOf } from './camt.ts';
import { defineInstructions } from './instruction-graphql.ts';
import { openOf } from './matching.ts';
import {
  type BankLine,
  legKinds,
  legStates,
  lineStates,
  type StatementFormat,
  statementFormats,
} from './model.ts';
import { linesToTexts, type ParsedStatement, parseStatement } from './parsers.ts';
import { mayImport } from './policy.ts';
import { defineQueue } from './queue-graphql.ts';
import type { RowProblem } from './raw-statement.ts';
import {
  type InstructionView,
  type LegView,
  type LineView,
  type StatementView,
  settlementStore,
} from './store.ts';
import { isFormat } from './transitions.ts';

export type SettlementSchema = ReturnType<typeof defineSettlement>;

/** The types of the slices to the left that payments show, and where statement files are kept. */
export type SettlementNeeds = Pick<PartySchema, 'PartyType' | 'AccountType'> &
  Pick<FinancingSchema, 'RequestType' | 'CalculationType'> & { readonly documents: Documents };

type Preview = ParsedStatement & {
  readonly account: string;
  readonly format: StatementFormat;
  readonly digest: Uint8Array;
};

export function defineSettlement(
  schema: Schema,
  anchors: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  { PartyType, AccountType, RequestType, CalculationType, documents }: SettlementNeeds,
) {
  const { builder, MoneyType, NodeType, RefusalType, connection, pageArgs } = schema;
  const { Anchor } = anchors;
  const storeOf = ({ see }: Context) => settlementStore(see);

  /** A funding is the net of the quote that was chosen; a reserve has its own. */
  async function calculationOfLeg(leg: LegView, context: Context) {
    const store = storeOf(context);
    if (leg.kind !== 'FUNDING') return (await store.calculationsOf(leg.id))[0] ?? null;
    const asked = await store.requestOfLeg(leg);
    return asked?.chosen == null ? null : ((await store.calculationsOf(asked.chosen))[0] ?? null);
  }

  const LegState = builder.enumType('LegState', {
    description: 'How far a payment is.',
    values: legStates,
  });
  const LegKind = builder.enumType('LegKind', {
    description: 'What a payment is for.',
    values: legKinds,
  });
  const LineState = builder.enumType('LineState', {
    description: 'What became of a bank line.',
    values: lineStates,
  });
  const LegType = builder.objectRef<LegView>('Leg').implement({
    description: 'One payment that one party owes another. Only bank lines settle it.',
    interfaces: [NodeType],
    fields: (t) => ({
      kind: t.field({ type: LegKind, description: 'What for.', resolve: ({ kind }) => kind }),
      state: t.field({ type: LegState, description: 'How far.', resolve: ({ state }) => state }),
      payer: t.field({
        type: PartyType,
        description: 'Who pays.',
        resolve: async ({ payer }, _args, { see }) =>
          found(await see.row<PartyRow>('party', payer)),
      }),
      payee: t.field({
        type: PartyType,
        description: 'Who is paid.',
        resolve: async ({ payee }, _args, { see }) =>
          found(await see.row<PartyRow>('party', payee)),
      }),
      amount: t.field({
        type: MoneyType,
        description: 'What is owed.',
        resolve: ({ amountMinor, currency }) => ({ minor: amountMinor, currency }),
      }),
      settled: t.field({
        type: MoneyType,
        description: 'What bank lines have paid of it.',
        resolve: ({ settledMinor, currency }) => ({ minor: settledMinor, currency }),
      }),
      dueDate: t.expose('dueDate', { type: 'Date', description: 'When it is to be paid.' }),
      reference: t.exposeString('reference', {
        description: 'What the payer writes into the payment so that it matches exactly.',
      }),
      rootReference: t.string({
        nullable: true,
        description: 'What the payer may write instead, to pay all parts of the promise at once.',
        resolve: ({ rootReference, payer }, _args, context) =>
          signedIn(context).party === payer ? rootReference : null,
      }),
      payTo: t.field({
        type: AccountType,
        nullable: true,
        description: 'To which account; null while none is named or it is not yours to see.',
        resolve: ({ payTo }, _args, { see }) =>
          payTo === null ? null : see.row<AccountRow>('account', payTo),
      }),
      calculation: t.field({
        type: CalculationType,
        nullable: true,
        description: 'How its amount was decided; null where it is what was open.',
        resolve: (leg, _args, context) => calculationOfLeg(leg, context),
      }),
      lines: t.field({
        type: [LineType],
        description: 'Bank lines that name it and that you may see.',
        resolve: ({ id }, _args, context) => storeOf(context).linesOfLeg(id),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'Since when it is owed.' }),
    }),
  });
  const LineType = builder.objectRef<LineView>('StatementLine');
  LineType.implement({
    description: 'One booking of a bank, as its statement says.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.field({
        type: LineState,
        description: 'What became of it.',
        resolve: ({ state }) => state,
      }),
      bookingDate: t.expose('bookingDate', { type: 'Date', description: 'When it was booked.' }),
      amount: t.field({
        type: MoneyType,
        description: 'How much.',
        resolve: moneyOf('amountMinor'),
      }),
      credit: t.exposeBoolean('credit', { description: 'True: the account received it.' }),
      reference: t.exposeString('remittance', { description: 'What the payer wrote.' }),
      counterparty: t.exposeString('counterparty', { description: 'With whom, by the bank.' }),
      bankReference: t.exposeString('bankReference', { description: "The bank's own name of it." }),
      endToEndId: t.exposeString('endToEndId', {
        nullable: true,
        description: "The payer's name of the payment.",
      }),
      applied: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What it paid of what is owed; null while it is not matched.',
        resolve: (line) => (line.state === 'UNMATCHED' ? null : moneyOf('appliedMinor')(line)),
      }),
      unapplied: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What is over; null while it is not matched.',
        resolve: (line) => (line.state === 'UNMATCHED' ? null : moneyOf('unappliedMinor')(line)),
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'Why it is parked, as a code.',
      }),
      isOwn: t.boolean({
        description: 'True where it stands on an account of yours.',
        resolve: ({ owner }, _args, context) => signedIn(context).party === owner,
      }),
      isEvidence: t.exposeBoolean('evidence', {
        description: 'True when a bank says it, or who says it loses by it.',
      }),
      isForOurs: t.boolean({
        description: 'True where it names a payment that is known here.',
        resolve: ({ legs }) => legs.length > 0,
      }),
      calculation: t.field({
        type: CalculationType,
        nullable: true,
        description: 'How it was shared among what it pays; null while it pays nothing.',
        resolve: async ({ id }, _args, context) =>
          (await storeOf(context).calculationsOf(id))[0] ?? null,
      }),
      leg: t.field({
        type: LegType,
        nullable: true,
        description: 'What it pays; the first where it pays several.',
        resolve: ({ leg }, _args, context) => (leg === null ? null : storeOf(context).leg(leg)),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const StatementType = builder.objectRef<StatementView>('Statement').implement({
    description: 'One statement of a bank, as it was brought in.',
    interfaces: [NodeType],
    fields: (t) => ({
      account: t.field({
        type: AccountType,
        nullable: true,
        description: 'Of which account.',
        resolve: ({ account }, _args, { see }) => see.row<AccountRow>('account', account),
      }),
      format: t.exposeString('format', { description: 'CAMT054, CAMT053 or CSV.' }),
      lineCount: t.exposeInt('lineCount', { description: 'Lines in the file.' }),
      newLines: t.exposeInt('newLines', { description: 'Lines that were not known.' }),
      knownLines: t.exposeInt('knownLines', {
        description: 'Lines that were known, and count once.',
      }),
      lines: t.field({
        type: [LineType],
        description: 'The new lines.',
        resolve: ({ id }, _args, context) => storeOf(context).linesOfStatement(id),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its act, where you may read it.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it came in.' }),
    }),
  });
  builder.objectField(RequestType, 'legs', (t) =>
    t.field({
      type: [LegType],
      description: 'The payments of this financing that you may see.',
      resolve: ({ id }, _args, context) => storeOf(context).legsOfRequest(id),
    }),
  );
  const LegConnection = connection('Leg', LegType);
  const LineConnection = connection('StatementLine', LineType);
  const LegFilter = builder.inputType('LegFilter', {
    description: 'Which legs.',
    fields: (t) => ({
      states: t.field({ type: [LegState], description: 'Only in these states.' }),
      kinds: t.field({ type: [LegKind], description: 'Only of these kinds.' }),
      payerId: t.id({ description: 'Only what this organisation pays.' }),
    }),
  });

  builder.queryFields((t) => ({
    statementLine: t.field({
      type: LineType,
      description: 'One bank line that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the line.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).line(id));
      },
    }),
    leg: t.field({
      type: LegType,
      description: 'One payment that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the leg.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).leg(id));
      },
    }),
    legs: t.field({
      type: LegConnection,
      description: 'Payments that you may see, newest first.',
      args: { ...pageArgs, filter: t.arg({ type: LegFilter, description: 'Only those.' }) },
      resolve: (_root, args, context) => {
        signedIn(context);
        return storeOf(context).legs(pageOf(args), {
          states: args.filter?.states ?? null,
          kinds: args.filter?.kinds ?? null,
          payer: args.filter?.payerId ?? null,
        });
      },
    }),
    statement: t.field({
      type: StatementType,
      description: 'One statement that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the statement.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).statement(id));
      },
    }),
    statementLines: t.field({
      type: LineConnection,
      description: 'Bank lines that you may see, newest first.',
      args: {
        ...pageArgs,
        states: t.arg({ type: [LineState], description: 'Only in these states.' }),
      },
      resolve: (_root, args, context) => {
        signedIn(context);
        return storeOf(context).lines(pageOf(args), args.states ?? null);
      },
    }),
  }));

  const PreviewLine = builder.objectRef<BankLine>('PreviewLine').implement({
    description: 'One booking as it was read.',
    fields: (t) => ({
      bookingDate: t.expose('bookingDate', { type: 'Date', description: 'When it was booked.' }),
      credit: t.exposeBoolean('credit', { description: 'True: the account received it.' }),
      amount: t.field({ type: MoneyType, description: 'How much.', resolve: amountOf }),
      reference: t.exposeString('remittance', { description: 'What the payer wrote.' }),
      counterparty: t.exposeString('counterparty', { description: 'With whom.' }),
      bankReference: t.exposeString('bankReference', { description: "The bank's own name of it." }),
    }),
  });
  const Problem = builder.objectRef<RowProblem>('RowProblem').implement({
    description: 'What is wrong with a row of a file, or why it was left out.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Stable, for a program.' }),
      row: t.exposeInt('row', { description: '1 for the first booking; 0 for the whole file.' }),
      field: t.exposeString('field', { description: 'Which field.' }),
      message: t.exposeString('message', { description: 'For a person.' }),
      seen: t.exposeString('seen', { description: 'What was found.' }),
      expected: t.exposeString('expected', { description: 'What it must be.' }),
      limit: t.exposeInt('limit', {
        nullable: true,
        description: 'The most that is admitted, where the rule is a limit.',
      }),
    }),
  });
  const PreviewType = builder.objectRef<Preview>('StatementPreview').implement({
    description:
      'A statement as it was read. Sign `lines` with importStatement; nothing is booked before.',
    fields: (t) => ({
      account: t.exposeID('account', { description: 'Of which account.' }),
      format: t.exposeString('format', { description: 'CAMT054, CAMT053 or CSV.' }),
      documentDigest: t.expose('digest', { type: 'Bytes', description: 'SHA-256 of the file.' }),
      lines: t.stringList({
        description: 'The lines as they are signed; none when there is a problem.',
        resolve: ({ lines }) => [...linesToTexts(lines)],
      }),
      rows: t.field({
        type: [PreviewLine],
        description: 'The same lines for a person.',
        resolve: ({ lines }) => lines,
      }),
      problems: t.field({
        type: [Problem],
        description: 'What must be mended first.',
        resolve: ({ problems }) => problems,
      }),
      skipped: t.field({
        type: [Problem],
        description: 'Bookings that are only announced, left out.',
        resolve: ({ skipped }) => skipped,
      }),
    }),
  });
  const UploadInput = builder.inputType('UploadStatementInput', {
    description: 'A statement file.',
    fields: (t) => ({
      file: t.field({ type: 'Upload', required: true, description: 'camt.054, camt.053 or CSV.' }),
      account: t.id({ required: true, description: 'The account that it is of.' }),
      format: t.string({
        required: false,
        description: 'CAMT054, CAMT053 or CSV; else told by the file.',
      }),
    }),
  });
  const UploadResult = builder.unionType('UploadStatementResult', {
    description: 'The statement as it was read, or why not.',
    types: [PreviewType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'StatementPreview'),
  });
  builder.mutationField('uploadStatement', (t) =>
    t.field({
      type: UploadResult,
      description: 'Reads a statement and keeps the file. Books nothing; importStatement does.',
      args: { input: t.arg({ type: UploadInput, required: true, description: 'The file.' }) },
      resolve: async (_root, { input }, context) => {
        const viewer = signedIn(context);
        const account = await ownAccount(context, viewer, input.account);
        const format = formatOf(input.format ?? null, input.file.bytes);
        if (!isFormat(format)) return formatUnknown(format);
        const parsed = parseStatement(input.file.bytes, format, account);
        if (parsed.problems.length === 0) await documents.store(viewer.party, input.file);
        return { ...parsed, account: account.id, format, digest: digestOf(input.file.bytes) };
      },
    }),
  );
  actMutation('importStatement', {
    kind: 'statement.import',
    description:
      'Brings in the lines of an uploaded statement. Each new line then pays what it names, or waits with the reason.',
    field: 'statement',
    type: StatementType,
    load: (context, id) => storeOf(context).statement(id),
    before: (context, input) => linesOfFile(documents, context, input),
  });

  const queue = defineQueue(
    ...([schema, anchors, { actMutation }, { LineType, LegType }] as const),
  );
  const instructions = defineInstructions(
    ...([schema, anchors, { actMutation }, { PartyType, AccountType, LegType }] as const),
  );
  const nodes: readonly NodeLoader[] = [
    ...[...instructions.nodes, ...queue.nodes],
    { prefix: 'leg', type: 'Leg', load: (context, id) => storeOf(context).leg(id) },
    { prefix: 'stm', type: 'Statement', load: (context, id) => storeOf(context).statement(id) },
    { prefix: 'lin', type: 'StatementLine', load: (context, id) => storeOf(context).line(id) },
  ];
  return { LegType, StatementType, LineType, nodes };
}

/** What the party has to pay, and bank lines that nobody could match. */
export async function workItems({ see }: Context, viewer: Viewer): Promise<readonly WorkItem[]> {
  const store = settlementStore(see);
  const [legs, lines] = await Promise.all([store.toPay(viewer.party), store.parked(viewer.party)]);
  const toPay = legs.map(async (leg) => ({
    ...{ id: `pay:${leg.id}`, action: leg.kind === 'REFUND' ? 'refund' : 'pay', subjectId: leg.id },
    ...{ subjectType: 'Leg', title: leg.reference },
    counterparty: (await see.row<PartyRow>('party', leg.payee))?.name ?? '',
    amount: { minor: openOf(leg), currency: leg.currency },
    deadline: leg.dueDate,
  }));
  const toCheck = lines.map((line) => ({
    ...{ id: `check-payment:${line.id}`, action: 'check-payment', subjectId: line.id },
    ...{ subjectType: 'StatementLine', title: line.reason ?? '', counterparty: line.counterparty },
    amount: amountOf(line),
    deadline: null,
  }));
  return [
    ...(await Promise.all(toPay)),
    ...toCheck,
    ...(await fileWork(store, viewer)),
    ...(await assignedWork(store, viewer)),
  ];
}

/** Payment files that wait for another person, and released ones that the bank has not got. */
async function fileWork(
  store: ReturnType<typeof settlementStore>,
  { party }: Viewer,
): Promise<readonly WorkItem[]> {
  const [proposed, approved] = await Promise.all([
    store.filesIn(party, 'PROPOSED'),
    store.filesIn(party, 'APPROVED'),
  ]);
  const item = (action: string) => (file: InstructionView) => ({
    ...{ id: `${action}:${file.id}`, action, subjectId: file.id, subjectType: 'Instruction' },
    ...{ title: file.identifier, counterparty: file.holderName },
    amount: { minor: file.controlSumMinor, currency: file.currency },
    deadline: file.executionDate,
  });
  return [...proposed.map(item('release-file')), ...approved.map(item('send-file'))];
}

/** What a colleague says that a bank line pays. */
async function assignedWork(
  store: ReturnType<typeof settlementStore>,
  { party, person }: Viewer,
): Promise<readonly WorkItem[]> {
  const open = (await store.openAssignments(party)).filter(
    ({ proposedBy }) => proposedBy !== person,
  );
  const items = await Promise.all(
    open.map(async ({ line: id }) => {
      const line = await store.line(id);
      if (line === null) return null;
      return {
        ...{ id: `confirm-line:${id}`, action: 'confirm-line', subjectId: id, deadline: null },
        ...{ subjectType: 'StatementLine', title: line.bankReference, amount: amountOf(line) },
        counterparty: line.counterparty,
      };
    }),
  );
  return items.filter((item) => item !== null);
}

/** The lines that are signed must be the lines of the file whose digest is signed. */
async function linesOfFile(
  documents: Documents,
  context: Context,
  input: MutationInput,
): Promise<Refusal | MutationInput> {
  const viewer = signedIn(context);
  const account = await ownAccount(context, viewer, String(input.account));
  const format = String(input.format);
  const digest = new Uint8Array(Buffer.from(String(input.documentDigest), 'base64url'));
  const document = await documents.alreadyStored(viewer.party, digest);
  if (document === null)
    return refuse('DOCUMENT_MISSING', 'The statement file has not been uploaded.', {
      path: 'documentDigest',
      seen: String(input.documentDigest),
      expected: 'the documentDigest of uploadStatement',
      help: 'Upload the statement first.',
    });
  if (!isFormat(format)) return formatUnknown(format);
  const { bytes } = await documents.read(viewer.party, document.id);
  const expected = linesToTexts(parseStatement(bytes, format, account).lines);
  const seen = Array.isArray(input.lines) ? input.lines.map(String) : [];
  const order = expected.findIndex((text, index) => text !== seen[index]);
  if (order < 0 && expected.length === seen.length) return input;
  const at = order < 0 ? expected.length : order;
  return refuse('LINES_DIFFER', 'The lines are not the lines of the uploaded file.', {
    path: `lines.${at}`,
    seen: seen[at] ?? 'nothing',
    expected: expected[at] ?? 'no further line',
    help: 'Sign the lines that uploadStatement gives.',
  });
}

async function ownAccount({ see }: Context, viewer: Viewer, id: string): Promise<AccountRow> {
  const account = found(await see.row<AccountRow>('account', id));
  return found(mayImport(account, viewer.party) ? account : null);
}

function formatOf(said: string | null, bytes: Uint8Array): string {
  if (said !== null) return said;
  const start = Buffer.from(bytes.subarray(0, 1000)).toString('latin1');
  return /^(?:\xef\xbb\xbf)?\s*</.test(start) ? camtFormatOf(start) : 'CSV';
}

function formatUnknown(seen: string): Refusal {
  return refuse('FORMAT_UNKNOWN', 'A statement is a camt.054 or camt.053 message or a CSV file.', {
    path: 'format',
    seen,
    expected: statementFormats.join(' or '),
    help: 'Leave the format out; it is told by the file.',
  });
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

function amountOf({ amountMinor, currency }: Pick<BankLine, 'amountMinor' | 'currency'>): Money {
  return { minor: amountMinor, currency };
}

function moneyOf(column: 'amountMinor' | 'appliedMinor' | 'unappliedMinor') {
  return (line: LineView): Money => ({ minor: line[column], currency: line.currency });
}
