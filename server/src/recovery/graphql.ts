/** Translates between GraphQL and what happens after the money was paid out. No decision lives here. */
import { type Ground, graceRules, grounds } from '../../../chain/src/calc/after.ts';
import type { FinancingSchema } from '../financing/graphql.ts';
import type { RequestRow } from '../financing/model.ts';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem } from '../graphql/today.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { PartyRow, PersonRow } from '../party/model.ts';
import type { ReceivableSchema } from '../receivable/graphql.ts';
import {
  type AllocationRow,
  type ClaimGround,
  claimGrounds,
  claimStates,
  type ProvisionRow,
  type WriteOffRow,
  writeOffStates,
} from './model.ts';
import { maySeeBooks } from './policy.ts';
import { type AdvanceView, type ClaimView, recoveryStore } from './store.ts';
import { callable, type Outstanding, outstanding } from './transitions.ts';

type RecoveryNeeds = Pick<PartySchema, 'PartyType'> &
  Pick<ReceivableSchema, 'Recourse'> &
  Pick<FinancingSchema, 'RequestType' | 'CalculationType' | 'requestSeen'>;

type OwedView = Outstanding & { readonly currency: string; readonly request: string };
type RecourseView = {
  readonly ground: Ground;
  readonly mostMinor: bigint | null;
  readonly currency: string;
  readonly code: string | null;
};

const storeOf = ({ see }: Context) => recoveryStore(see);

export function defineRecovery(
  schema: Schema,
  { Anchor }: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  { PartyType, Recourse, RequestType, CalculationType, requestSeen }: RecoveryNeeds,
) {
  const { builder, NodeType, MoneyType, connection, pageArgs } = schema;
  const money = <K extends string>(name: K) => ({
    type: MoneyType,
    resolve: (row: { readonly [P in K]: bigint } & { readonly currency: string }) => ({
      minor: row[name],
      currency: row.currency,
    }),
  });

  const GraceRule = builder.enumType('GraceRule', {
    description: 'DEFER: once grace is over, interest counts from maturity. FORGIVE: from its end.',
    values: graceRules,
  });
  const RecourseGround = builder.enumType('RecourseGround', {
    description: 'Why the money is missing, as far as the seller may be claimed on.',
    values: grounds,
  });
  const ClaimReasonType = builder.enumType('ClaimReason', {
    description: 'Why one party owes another money beside what it bought.',
    values: claimGrounds satisfies readonly ClaimGround[],
  });
  const ClaimState = builder.enumType('ClaimState', {
    description: 'How far a claim is. VOID: the money came from somebody else.',
    values: claimStates,
  });
  const WriteOffState = builder.enumType('WriteOffState', {
    description: 'Whether another person has approved.',
    values: writeOffStates,
  });

  const OwedType = builder.objectRef<OwedView>('Owed').implement({
    description: 'All that a financing owes the bank, today.',
    fields: (t) => ({
      daysLate: t.exposeInt('daysLate', { description: 'Calendar days after maturity.' }),
      fees: t.field({ ...money('feeMinor'), description: 'Fees.' }),
      interest: t.field({ ...money('overdueMinor'), description: 'Interest for late payment.' }),
      principal: t.field({ ...money('principalMinor'), description: 'Of what was paid out.' }),
      total: t.field({ ...money('totalMinor'), description: 'All three.' }),
      calculation: t.field({
        type: CalculationType,
        description: 'How the interest since the last receipt is counted.',
        resolve: ({ interest, request }) => ({ ...interest, subject: request, act: null }),
      }),
    }),
  });
  const ReceiptType = builder.objectRef<AllocationRow>('Receipt').implement({
    description: 'What one receipt was used for.',
    fields: (t) => ({
      paidOn: t.expose('paidDate', { type: 'Date', description: 'When it was booked.' }),
      amount: t.field({ ...money('receiptMinor'), description: 'What came.' }),
      fees: t.field({ ...money('feeMinor'), description: 'First the fees.' }),
      interest: t.field({ ...money('overdueMinor'), description: 'Then late interest.' }),
      principal: t.field({ ...money('principalMinor'), description: 'Then what was paid out.' }),
      over: t.field({ ...money('excessMinor'), description: 'The rest, owed to the seller.' }),
      open: t.field({ ...money('openMinor'), description: 'What was open after it.' }),
      isRecovery: t.exposeBoolean('isRecovery', {
        description: 'It came after the default; nothing is opened again.',
      }),
    }),
  });
  const ProvisionType = builder.objectRef<ProvisionRow>('Provision').implement({
    description: 'A step of the ladder that was reached.',
    fields: (t) => ({
      days: t.exposeInt('days', { description: 'Days after maturity.' }),
      provided: t.field({ ...money('providedMinor'), description: 'Provided for.' }),
      carrying: t.field({ ...money('carryingMinor'), description: 'Carried at.' }),
    }),
  });
  const WriteOffType = builder.objectRef<WriteOffRow>('WriteOff').implement({
    description: 'A proposal to give up what is open.',
    fields: (t) => ({
      state: t.expose('state', { type: WriteOffState, description: 'Whether it was approved.' }),
      amount: t.field({ ...money('amountMinor'), description: 'How much.' }),
      reason: t.exposeString('reason', { description: 'Why.' }),
      proposedBy: t.string({
        description: "The person's name; empty where the person is not yours to see.",
        resolve: async ({ proposedBy }, _args, { see }) =>
          (await see.row<PersonRow>('person', proposedBy))?.name ?? '',
      }),
      isMine: t.boolean({
        description: 'You proposed it, so somebody else approves.',
        resolve: ({ proposedBy }, _args, { viewer }) => viewer?.person === proposedBy,
      }),
    }),
  });
  const RecourseOptionType = builder.objectRef<RecourseView>('RecourseOption').implement({
    description: 'What the seller may be claimed on today, on one ground.',
    fields: (t) => ({
      ground: t.expose('ground', { type: RecourseGround, description: 'The ground.' }),
      most: t.field({
        type: MoneyType,
        nullable: true,
        description: 'The most; null where nothing may be claimed.',
        resolve: ({ mostMinor, currency }) =>
          mostMinor === null ? null : { minor: mostMinor, currency },
      }),
      code: t.exposeString('code', {
        nullable: true,
        description: 'Why nothing may be claimed, as a code.',
      }),
    }),
  });
  const ClaimType = builder.objectRef<ClaimView>('Claim').implement({
    description: 'Money that one party owes another because something went wrong.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: ClaimState, description: 'How far.' }),
      ground: t.expose('ground', { type: ClaimReasonType, description: 'Why.' }),
      debtor: t.field({
        type: PartyType,
        description: 'Who owes.',
        resolve: async ({ debtor }, _args, { see }) =>
          found(await see.row<PartyRow>('party', debtor)),
      }),
      creditor: t.field({
        type: PartyType,
        description: 'Who is owed.',
        resolve: async ({ creditor }, _args, { see }) =>
          found(await see.row<PartyRow>('party', creditor)),
      }),
      amount: t.field({ ...money('amountMinor'), description: 'How much.' }),
      paid: t.field({ ...money('paidMinor'), description: 'What bank lines have paid of it.' }),
      dueDate: t.expose('dueDate', { type: 'Date', description: 'When it is to be paid.' }),
      reason: t.exposeString('reason', { description: 'In words.' }),
      legId: t.exposeID('leg', { description: 'The payment that settles it.' }),
      request: t.field({
        type: RequestType,
        nullable: true,
        description: 'The financing that it comes from, if it is yours to see.',
        resolve: ({ request }, _args, context) =>
          request === null ? null : requestSeen(context, request),
      }),
      calculation: t.field({
        type: CalculationType,
        nullable: true,
        description: 'How the most that may be claimed was decided.',
        resolve: ({ id }, _args, context) => storeOf(context).claimCalculation(id),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id, request }, _args, { acts }) => acts.anchorOf(request ?? id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was made.' }),
    }),
  });
  const ClaimConnection = connection('Claim', ClaimType);

  const AdvanceType = builder.objectRef<AdvanceView>('Advance').implement({
    description: 'What a financing owes the bank, from the moment it was paid out.',
    fields: (t) => ({
      amount: t.field({ ...money('advanceMinor'), description: 'The part of the face paid out.' }),
      reserve: t.field({
        type: MoneyType,
        description: 'The rest, kept back until the buyer has paid.',
        resolve: ({ faceMinor, advanceMinor, currency }) => ({
          minor: faceMinor - advanceMinor,
          currency,
        }),
      }),
      dueDate: t.expose('dueDate', { type: 'Date', description: 'When the buyer was to pay.' }),
      graceDays: t.exposeInt('graceDays', { description: 'Days after it that cost nothing.' }),
      graceRule: t.expose('graceRule', { type: GraceRule, description: 'What follows them.' }),
      rateMicros: t.int({
        description: 'Millionths a year on what is open after maturity, with the penalty.',
        resolve: ({ rateMicros, penaltyMicros }) => Number(rateMicros + penaltyMicros),
      }),
      recourse: t.expose('recourse', { type: Recourse, description: 'Who bears what is missing.' }),
      owed: t.field({
        type: OwedType,
        description: 'All that is open today.',
        resolve: async (advance, _args, { services }) => ({
          ...outstanding(advance, await services.today()),
          ...{ currency: advance.currency, request: advance.request },
        }),
      }),
      loss: t.field({ ...money('lossMinor'), description: 'What nobody pays.' }),
      writtenOff: t.field({ ...money('writtenOffMinor'), description: 'What was given up.' }),
      receipts: t.field({
        type: [ReceiptType],
        description: 'What each receipt was used for, oldest first.',
        resolve: async ({ request }, _args, context) => [
          ...(await storeOf(context).receipts(request)),
        ],
      }),
      calculations: t.field({
        type: [CalculationType],
        description: 'By what amounts after maturity were decided, oldest first.',
        resolve: ({ request }, _args, context) => storeOf(context).calculations(request),
      }),
      recourses: t.field({
        type: [RecourseOptionType],
        description: 'What the seller may be claimed on today, ground by ground.',
        resolve: recoursesOf,
      }),
      claims: t.field({
        type: [ClaimType],
        description: 'What was claimed, oldest first.',
        resolve: async ({ request }, _args, context) => [
          ...(await storeOf(context).claimsOf(request)),
        ],
      }),
      provisions: t.field({
        type: [ProvisionType],
        nullable: true,
        description: 'Steps of the ladder, for the bank and its auditors; null for the seller.',
        resolve: async (advance, _args, context) =>
          maySeeBooks(advance, context.see.reader)
            ? [...(await storeOf(context).provisions(advance))]
            : null,
      }),
      writeOff: t.field({
        type: WriteOffType,
        nullable: true,
        description: 'The proposal to give it up, for the bank and its auditors.',
        resolve: (advance, _args, context) => storeOf(context).writeOff(advance),
      }),
    }),
  });

  builder.objectField(RequestType, 'advance', (t) =>
    t.field({
      type: AdvanceType,
      nullable: true,
      description: 'What it owes the bank; null before it was paid out.',
      resolve: ({ id }, _args, context) => storeOf(context).advance(id),
    }),
  );
  builder.queryFields((t) => ({
    claim: t.field({
      type: ClaimType,
      description: 'One claim that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the claim.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).claim(id));
      },
    }),
    claims: t.field({
      type: ClaimConnection,
      description: 'Claims that you may see, newest first.',
      args: {
        ...pageArgs,
        states: t.arg({ type: [ClaimState], description: 'Only in one of these states.' }),
      },
      resolve: (_root, { states, ...page }, context) => {
        signedIn(context);
        return storeOf(context).claims(pageOf(page), states ?? null);
      },
    }),
  }));

  const one = {
    field: 'request',
    type: RequestType,
    load: requestSeen,
  } as const;
  actMutation('callRecourse', {
    ...one,
    kind: 'recourse.call',
    description: 'The bank claims from the seller what the buyer does not pay.',
  });
  actMutation('proposeWriteOff', {
    ...one,
    kind: 'writeoff.propose',
    description: 'One person of the bank proposes to give up what is open.',
  });
  actMutation('approveWriteOff', {
    ...one,
    kind: 'writeoff.approve',
    description: 'Another person of the bank gives it up.',
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'clm', type: 'Claim', load: (context, id) => storeOf(context).claim(id) },
  ];
  return { nodes };
}

/** Each ground, and what may be claimed on it today. */
async function recoursesOf(
  advance: AdvanceView,
  _args: unknown,
  context: Context,
): Promise<RecourseView[]> {
  const asked = found(await context.see.row<RequestRow>('finance_request', advance.request));
  const claims = await storeOf(context).claimsOf(advance.request);
  const today = await context.services.today();
  return grounds.map((ground) => {
    const may = callable(asked, advance, claims, ground, today);
    const { currency } = advance;
    return 'kind' in may
      ? { ground, mostMinor: null, currency, code: may.code }
      : { ground, mostMinor: may.mostMinor, currency, code: null };
  });
}

/** Financings in default that wait for the bank: to claim on the seller, or to approve a write-off. */
export async function recoveryWork(context: Context, viewer: Viewer): Promise<readonly WorkItem[]> {
  const store = storeOf(context);
  const items: WorkItem[] = [];
  for (const asked of await store.inDefault()) {
    const advance = await store.advance(asked.id);
    if (advance === null) continue;
    const proposal = await store.writeOff(advance);
    const isToApprove = proposal?.state === 'OPEN' && proposal.proposedBy !== viewer.person;
    const options = asked.state === 'DEFAULTED' ? await recoursesOf(advance, null, context) : [];
    const isToCall = options.some(
      ({ ground, mostMinor }) => ground === 'UNWILLING' && (mostMinor ?? 0n) > 0n,
    );
    if (!isToApprove && !isToCall) continue;
    const action = isToApprove ? 'approve-write-off' : 'call-recourse';
    const seller = await context.see.row<PartyRow>('party', asked.holder);
    items.push({
      ...{ id: `${action}:${asked.id}`, action, subjectId: asked.id },
      ...{ subjectType: 'FinanceRequest', title: asked.id, counterparty: seller?.name ?? '' },
      amount: { minor: advance.principalOpenMinor, currency: advance.currency },
      deadline: advance.dueDate,
    });
  }
  return items;
}
