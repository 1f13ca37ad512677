/** Translates between GraphQL and payment files. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { AccountRow, PersonRow } from '../party/model.ts';
import type { InstructedPaymentRow, instructionStates } from './model.ts';
import { paymentFile } from './pain001.ts';
import { type InstructionView, type LegView, settlementStore } from './store.ts';

type Needs = Pick<PartySchema, 'PartyType' | 'AccountType'> & {
  readonly LegType: ObjectRef<Types, LegView>;
};

/** The numbers of accounts are for who pays, and for nobody else. */
type ShownPayment = Omit<InstructedPaymentRow, 'identifier'> & {
  readonly identifier: string | null;
};

function isOwn({ owner }: InstructionView, context: Context): boolean {
  return signedIn(context).party === owner;
}

export function defineInstructions(
  schema: Schema,
  { Anchor }: AnchorSchema,
  { actMutation }: Pick<ReturnType<typeof defineActMutations>, 'actMutation'>,
  { AccountType, LegType }: Needs,
) {
  const { builder, NodeType, MoneyType, connection, pageArgs } = schema;
  const storeOf = ({ see }: Context) => settlementStore(see);

  const InstructionState = builder.enumType('InstructionState', {
    description: 'How far a payment file is.',
    values: {
      PROPOSED: { description: 'It waits for another person.' },
      APPROVED: { description: 'It is released; the bank has not got it yet.' },
      SENT: { description: 'The bank has it.' },
      DONE: { description: 'The bank has booked every payment.' },
      REJECTED: { description: 'The bank does not carry it out.' },
      CANCELLED: { description: 'It was taken back before the bank had it.' },
    } satisfies Record<(typeof instructionStates)[number], object>,
  });
  const PaymentType = builder.objectRef<ShownPayment>('InstructedPayment').implement({
    description: 'One payment of a file, as it stands there.',
    fields: (t) => ({
      legId: t.exposeID('leg', { description: 'What it pays.' }),
      payee: t.exposeString('holderName', { description: 'Whose account it goes to, by name.' }),
      identifier: t.exposeString('identifier', {
        nullable: true,
        description: 'The number of that account; null for all but the payer.',
      }),
      amount: t.field({
        type: MoneyType,
        description: 'How much.',
        resolve: ({ amountMinor: minor, currency }) => ({ minor, currency }),
      }),
      reference: t.exposeString('reference', { description: 'What the payee reads.' }),
      endToEndId: t.exposeString('endToEndId', { description: 'Its name from end to end.' }),
      isLive: t.exposeBoolean('live', { description: 'True while it may still be carried out.' }),
    }),
  });
  const InstructionType = builder.objectRef<InstructionView>('Instruction').implement({
    description: 'Payments of one account on one day, for its bank in one file.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: InstructionState, description: 'How far.' }),
      account: t.field({
        type: AccountType,
        nullable: true,
        description: 'Which account pays.',
        resolve: ({ account }, _args, { see }) => see.row<AccountRow>('account', account),
      }),
      identifier: t.string({
        nullable: true,
        description: 'Its number, as in the file; null for all but its owner.',
        resolve: (file, _args, context) => (isOwn(file, context) ? file.identifier : null),
      }),
      holderName: t.exposeString('holderName', { description: 'Its holder, as in the file.' }),
      executionDate: t.expose('executionDate', { type: 'Date', description: 'When it pays.' }),
      paymentCount: t.exposeInt('paymentCount', { description: 'How many payments.' }),
      controlSum: t.field({
        type: MoneyType,
        description: 'Their sum.',
        resolve: ({ controlSumMinor: minor, currency }) => ({ minor, currency }),
      }),
      digest: t.expose('digest', { type: 'Bytes', description: 'SHA-256 of the file.' }),
      payments: t.field({
        type: [PaymentType],
        description: 'The payments, in their order.',
        resolve: async (file, _args, context): Promise<readonly ShownPayment[]> => {
          const payments = await storeOf(context).paymentsOfFile(file.id);
          return isOwn(file, context)
            ? payments
            : payments.map((payment) => ({ ...payment, identifier: null }));
        },
      }),
      file: t.string({
        nullable: true,
        description:
          'The file for the bank, pain.001.001.09; null before it is released, and for all but the payer.',
        resolve: async (instruction, _args, context) =>
          instruction.approvedBy === null || !isOwn(instruction, context)
            ? null
            : paymentFile(instruction, await storeOf(context).paymentsOfFile(instruction.id)),
      }),
      proposedBy: t.string({
        description: "The person's name; empty where the person is not yours to see.",
        resolve: async ({ proposedBy }, _args, { see }) =>
          (await see.row<PersonRow>('person', proposedBy))?.name ?? '',
      }),
      mayRelease: t.boolean({
        description: 'True for another person than who proposed it.',
        resolve: (file, _args, context) =>
          isOwn(file, context) && signedIn(context).person !== file.proposedBy,
      }),
      approvedBy: t.string({
        nullable: true,
        description: 'Who released it; null before.',
        resolve: async ({ approvedBy }, _args, { see }) =>
          approvedBy === null
            ? null
            : ((await see.row<PersonRow>('person', approvedBy))?.name ?? ''),
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'Why it was cancelled or rejected.',
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was proposed.' }),
    }),
  });
  const InstructionConnection = connection('Instruction', InstructionType);

  builder.objectField(LegType, 'instruction', (t) =>
    t.field({
      type: InstructionType,
      nullable: true,
      description: 'The live payment file that it stands in, where that is yours to see.',
      resolve: ({ id }, _args, context) => storeOf(context).fileOfLeg(id),
    }),
  );
  builder.queryFields((t) => ({
    instruction: t.field({
      type: InstructionType,
      description: 'One payment file that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the file.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).instruction(id));
      },
    }),
    instructions: t.field({
      type: InstructionConnection,
      description: 'Payment files that you may see, newest first.',
      args: {
        ...pageArgs,
        states: t.arg({ type: [InstructionState], description: 'Only in these states.' }),
      },
      resolve: (_root, { states, ...page }, context) => {
        signedIn(context);
        return storeOf(context).instructions(pageOf(page), states ?? null);
      },
    }),
  }));

  const one = {
    field: 'instruction',
    type: InstructionType,
    load: (context: Context, id: string) => storeOf(context).instruction(id),
  } as const;
  actMutation('proposeInstruction', {
    ...one,
    kind: 'instruction.propose',
    description: 'Puts payments that your organisation owes into one file for its bank.',
  });
  actMutation('approveInstruction', {
    ...one,
    kind: 'instruction.approve',
    description: 'Another person releases the file, by its sum and its digest.',
  });
  actMutation('cancelInstruction', {
    ...one,
    kind: 'instruction.cancel',
    description: 'Takes the file back before the bank has it.',
  });
  actMutation('sendInstruction', {
    ...one,
    kind: 'instruction.send',
    description: 'Says that the bank has the file.',
  });
  actMutation('rejectInstruction', {
    ...one,
    kind: 'instruction.reject',
    description: 'Says that the bank does not carry the file out.',
  });

  const nodes: readonly NodeLoader[] = [
    {
      ...{ prefix: 'ins', type: 'Instruction' },
      load: (context, id) => storeOf(context).instruction(id),
    },
  ];
  return { InstructionType, nodes };
}
