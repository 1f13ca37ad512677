/** Translates between GraphQL and credit notes. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { InvoiceView } from '../invoice/graphql.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { PartyRow } from '../party/model.ts';
import type { CreditApplicationRow, creditNoteStates } from './model.ts';
import { type CreditNoteView, type DisputeView, disputeStore } from './store.ts';

const storeOf = ({ see }: Context) => disputeStore(see);

export function defineCreditNotes(
  schema: Schema,
  { Anchor }: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  types: Pick<PartySchema, 'PartyType'> & {
    readonly InvoiceType: ObjectRef<Types, InvoiceView>;
    readonly DisputeType: ObjectRef<Types, DisputeView>;
  },
) {
  const { builder, NodeType, MoneyType, connection, pageArgs } = schema;
  const { PartyType, InvoiceType, DisputeType } = types;
  const invoice = (id: string, { see }: Context) => see.row<InvoiceRow>('invoice', id);
  const party = async (id: string, { see }: Context) => found(await see.row<PartyRow>('party', id));

  const CreditNoteState = builder.enumType('CreditNoteState', {
    description: 'Where a credit note stands.',
    values: {
      ISSUED: { description: 'The seller has signed it.' },
      ACKNOWLEDGED: { description: 'The buyer has it in its books; it is being applied.' },
      APPLIED: { description: 'All of it was taken from what was owed.' },
      INVALID: { description: 'The chain had one of that number before.' },
    } satisfies Record<(typeof creditNoteStates)[number], object>,
  });
  const CreditApplicationType = builder
    .objectRef<CreditApplicationRow>('CreditApplication')
    .implement({
      description: 'What of a credit note was taken from one invoice.',
      fields: (t) => ({
        invoice: t.field({
          type: InvoiceType,
          nullable: true,
          description: 'From which; null where it is not yours to see.',
          resolve: (row, _args, context) => invoice(row.invoice, context),
        }),
        amount: t.field({
          type: MoneyType,
          description: 'How much.',
          resolve: ({ amountMinor: minor, currency }) => ({ minor, currency }),
        }),
        owedBack: t.field({
          type: MoneyType,
          description: 'Of that, what others hold: the buyer pays it, and the seller owes it back.',
          resolve: ({ owedBackMinor: minor, currency }) => ({ minor, currency }),
        }),
        appliedOn: t.expose('appliedDate', { type: 'Date', description: 'On which business day.' }),
      }),
    });
  const CreditNoteType = builder.objectRef<CreditNoteView>('CreditNote').implement({
    description: 'What a seller takes back of what it billed.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: CreditNoteState, description: 'Where it stands.' }),
      isWaiting: t.boolean({
        description: 'The chain has yet to decide whether it is the first of its number.',
        resolve: ({ pendingAct }) => pendingAct !== null,
      }),
      number: t.exposeString('number', { description: 'The number that the seller gave it.' }),
      issueDate: t.expose('issueDate', { type: 'Date', description: 'As it says.' }),
      amount: t.field({
        type: MoneyType,
        description: 'What is taken back.',
        resolve: ({ amountMinor: minor, currency }) => ({ minor, currency }),
      }),
      applied: t.field({
        type: MoneyType,
        description: 'What of it was taken from invoices so far.',
        resolve: ({ appliedMinor: minor, currency }) => ({ minor, currency }),
      }),
      reason: t.exposeString('reason', { description: 'What it is for.' }),
      documentDigest: t.expose('documentDigest', {
        type: 'Bytes',
        nullable: true,
        description: 'SHA-256 of its document.',
      }),
      seller: t.field({
        type: PartyType,
        description: 'Who issued it.',
        resolve: ({ seller }, _args, context) => party(seller, context),
      }),
      buyer: t.field({
        type: PartyType,
        description: 'Who owes less.',
        resolve: ({ buyer }, _args, context) => party(buyer, context),
      }),
      invoice: t.field({
        type: InvoiceType,
        nullable: true,
        description: 'The one that it is about; null for one at large.',
        resolve: (row, _args, context) =>
          row.invoice === null ? null : invoice(row.invoice, context),
      }),
      dispute: t.field({
        type: DisputeType,
        nullable: true,
        description: 'The dispute that it settles.',
        resolve: ({ dispute }, _args, context) =>
          dispute === null ? null : storeOf(context).dispute(dispute),
      }),
      applications: t.field({
        type: [CreditApplicationType],
        description: 'From which invoices it was taken, oldest first.',
        resolve: async ({ id }, _args, context) => [...(await storeOf(context).applicationsOf(id))],
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was issued.' }),
    }),
  });
  const CreditNoteConnection = connection('CreditNote', CreditNoteType);

  builder.objectField(InvoiceType, 'creditNotes', (t) =>
    t.field({
      type: [CreditNoteType],
      description: 'The credit notes about it that you may see, oldest first.',
      resolve: async ({ id }, _args, context) => [...(await storeOf(context).creditNotesOf(id))],
    }),
  );
  builder.objectField(DisputeType, 'creditNote', (t) =>
    t.field({
      type: CreditNoteType,
      nullable: true,
      description: 'The credit note of what was conceded.',
      resolve: ({ id }, _args, context) => storeOf(context).creditNoteOfDispute(id),
    }),
  );
  builder.queryFields((t) => ({
    creditNote: t.field({
      type: CreditNoteType,
      description: 'One credit note that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the credit note.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).creditNote(id));
      },
    }),
    creditNotes: t.field({
      type: CreditNoteConnection,
      description: 'Credit notes that you may see, newest first.',
      args: {
        ...pageArgs,
        states: t.arg({ type: [CreditNoteState], description: 'Only in one of these states.' }),
      },
      resolve: (_root, { states, ...page }, context) => {
        signedIn(context);
        return storeOf(context).creditNotes(pageOf(page), states ?? null);
      },
    }),
  }));

  const one = {
    field: 'creditNote',
    type: CreditNoteType,
    load: (context: Context, id: string) => storeOf(context).creditNote(id),
  } as const;
  actMutation('issueCreditNote', {
    ...one,
    kind: 'credit.issue',
    description: 'The seller takes back a part of what it billed. Final when the chain has it.',
  });
  actMutation('acknowledgeCreditNote', {
    ...one,
    kind: 'credit.acknowledge',
    description: 'The buyer takes a credit note to its books; it is then applied.',
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'crn', type: 'CreditNote', load: (context, id) => storeOf(context).creditNote(id) },
  ];
  return { nodes };
}
