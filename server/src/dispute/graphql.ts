/** Translates between GraphQL and disputes. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem } from '../graphql/today.ts';
import type { InvoiceView } from '../invoice/graphql.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { PartyRow, PersonRow } from '../party/model.ts';
import { defineCreditNotes } from './credit-graphql.ts';
import { disputeReasons, type disputeStates } from './model.ts';
import { type DisputeView, disputeStore } from './store.ts';

export function defineDispute(
  schema: Schema,
  anchors: AnchorSchema,
  mutations: ReturnType<typeof defineActMutations>,
  types: Pick<PartySchema, 'PartyType'> & { readonly InvoiceType: ObjectRef<Types, InvoiceView> },
) {
  const { builder, NodeType, MoneyType, connection, pageArgs } = schema;
  const { Anchor } = anchors;
  const { actMutation } = mutations;
  const { PartyType, InvoiceType } = types;
  const storeOf = ({ see }: Context) => disputeStore(see);

  const DisputeState = builder.enumType('DisputeState', {
    description: 'Where a dispute stands.',
    values: {
      RAISED: { description: 'The other side has not spoken yet.' },
      EVIDENCE: { description: 'Both sides say what they have to say.' },
      REJECTED: { description: 'The seller stands by its invoice.' },
      ACCEPTED: { description: 'The seller concedes all of it.' },
      SETTLED: { description: 'Both named the same amount.' },
      CLOSED: { description: 'The buyer took it back.' },
    } satisfies Record<(typeof disputeStates)[number], object>,
  });
  const DisputeReason = builder.enumType('DisputeReason', {
    description: 'What is wrong.',
    values: disputeReasons,
  });
  const DisputeType = builder.objectRef<DisputeView>('Dispute').implement({
    description: 'A part of an invoice that its buyer does not stand by.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: DisputeState, description: 'Where it stands.' }),
      invoice: t.field({
        type: InvoiceType,
        nullable: true,
        description: 'What it is about; null where it is not yours to see.',
        resolve: ({ invoice }, _args, { see }) => see.row<InvoiceRow>('invoice', invoice),
      }),
      amount: t.field({
        type: MoneyType,
        description: 'How much is disputed.',
        resolve: ({ amountMinor: minor, currency }) => ({ minor, currency }),
      }),
      settled: t.field({
        type: MoneyType,
        nullable: true,
        description: 'What the seller concedes; null before the end.',
        resolve: ({ settledMinor, currency }) => moneyOrNull(settledMinor, currency),
      }),
      offered: t.field({
        type: MoneyType,
        nullable: true,
        description: 'The newest offer to settle.',
        resolve: ({ offeredMinor, currency }) => moneyOrNull(offeredMinor, currency),
      }),
      offeredBy: t.field({
        type: PartyType,
        nullable: true,
        description: 'Whose offer it is.',
        resolve: async ({ offeredBy }, _args, { see }) =>
          offeredBy === null ? null : see.row<PartyRow>('party', offeredBy),
      }),
      reasonCode: t.expose('reasonCode', { type: DisputeReason, description: 'What is wrong.' }),
      ofPromise: t.exposeBoolean('ofPromise', {
        description: 'It came after the promise: the duty to pay stands, and nothing is financed.',
      }),
      claim: t.exposeString('claim', { description: "The buyer's newest words." }),
      claimDigest: t.expose('claimDigest', {
        type: 'Bytes',
        nullable: true,
        description: 'SHA-256 of the document beside them.',
      }),
      answer: t.exposeString('answer', {
        nullable: true,
        description: "The seller's newest words.",
      }),
      answerDigest: t.expose('answerDigest', {
        type: 'Bytes',
        nullable: true,
        description: 'SHA-256 of the document beside them.',
      }),
      closedReason: t.exposeString('closedReason', {
        nullable: true,
        description: 'Why the buyer took it back.',
      }),
      raisedBy: t.string({
        description: "The person's name; empty where the person is not yours to see.",
        resolve: async ({ raisedBy }, _args, { see }) =>
          (await see.row<PersonRow>('person', raisedBy))?.name ?? '',
      }),
      raisedOn: t.expose('raisedDate', { type: 'Date', description: 'On which business day.' }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was raised.' }),
    }),
  });
  const DisputeConnection = connection('Dispute', DisputeType);

  builder.objectField(InvoiceType, 'disputes', (t) =>
    t.field({
      type: [DisputeType],
      description: 'What was disputed of it, as far as you may see it, oldest first.',
      resolve: async ({ id }, _args, context) => [...(await storeOf(context).disputesOf(id))],
    }),
  );
  builder.queryFields((t) => ({
    dispute: t.field({
      type: DisputeType,
      description: 'One dispute that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the dispute.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).dispute(id));
      },
    }),
    disputes: t.field({
      type: DisputeConnection,
      description: 'Disputes that you may see, newest first.',
      args: {
        ...pageArgs,
        states: t.arg({ type: [DisputeState], description: 'Only in one of these states.' }),
      },
      resolve: (_root, { states, ...page }, context) => {
        signedIn(context);
        return storeOf(context).disputes(pageOf(page), states ?? null);
      },
    }),
  }));

  const one = {
    field: 'dispute',
    type: DisputeType,
    load: (context: Context, id: string) => storeOf(context).dispute(id),
  } as const;
  actMutation('raiseDispute', {
    ...one,
    kind: 'dispute.raise',
    description: 'The buyer disputes a part of an invoice. Its duty to pay a promise stands.',
  });
  actMutation('answerDispute', {
    ...one,
    kind: 'dispute.answer',
    description: 'Seller or buyer says more.',
  });
  actMutation('acceptDispute', {
    ...one,
    kind: 'dispute.accept',
    description: 'The seller concedes all that is disputed.',
  });
  actMutation('rejectDispute', {
    ...one,
    kind: 'dispute.reject',
    description: 'The seller stands by its invoice.',
  });
  actMutation('settleDispute', {
    ...one,
    kind: 'dispute.settle',
    description: 'Seller or buyer names what is conceded; the second to name it settles.',
  });
  actMutation('closeDispute', {
    ...one,
    kind: 'dispute.close',
    description: 'The buyer takes the dispute back, or waives what was conceded.',
  });

  const credit = defineCreditNotes(schema, anchors, mutations, { ...types, DisputeType });
  const nodes: readonly NodeLoader[] = [
    { prefix: 'dsp', type: 'Dispute', load: (context, id) => storeOf(context).dispute(id) },
    ...credit.nodes,
  ];
  return { DisputeType, nodes };
}

/** Disputes that wait for the seller's word, and credit notes that wait for the buyer's. */
export async function disputeWork(context: Context, viewer: Viewer): Promise<readonly WorkItem[]> {
  const { see } = context;
  const disputes = await disputeStore(see).unanswered(viewer.party);
  const credits = await disputeStore(see).unacknowledged(viewer.party);
  const toAnswer = await Promise.all(
    disputes.map(async ({ id, invoice, buyer, amountMinor: minor, currency }) => ({
      ...{ id: `answer-dispute:${id}`, action: 'answer-dispute', subjectId: id },
      ...{ subjectType: 'Dispute', amount: { minor, currency }, deadline: null },
      title: (await see.row<InvoiceRow>('invoice', invoice))?.number ?? '',
      counterparty: (await see.row<PartyRow>('party', buyer))?.name ?? '',
    })),
  );
  const toAcknowledge = await Promise.all(
    credits.map(async ({ id, number, seller, amountMinor: minor, currency }) => ({
      ...{ id: `acknowledge-credit:${id}`, action: 'acknowledge-credit', subjectId: id },
      ...{ subjectType: 'CreditNote', amount: { minor, currency }, deadline: null },
      ...{ title: number, counterparty: (await see.row<PartyRow>('party', seller))?.name ?? '' },
    })),
  );
  return [...toAnswer, ...toAcknowledge];
}

function moneyOrNull(minor: bigint | null, currency: string) {
  return minor === null ? null : { minor, currency };
}
