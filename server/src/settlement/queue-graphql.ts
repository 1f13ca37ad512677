/** Translates between GraphQL and the queue of bank lines. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import type { Schema, Types } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { PersonRow } from '../party/model.ts';
import type { assignmentStates } from './model.ts';
import { type AssignmentView, type LegView, type LineView, settlementStore } from './store.ts';

export function defineQueue(
  schema: Schema,
  { Anchor }: AnchorSchema,
  { actMutation }: Pick<ReturnType<typeof defineActMutations>, 'actMutation'>,
  types: {
    readonly LineType: ObjectRef<Types, LineView>;
    readonly LegType: ObjectRef<Types, LegView>;
  },
) {
  const { builder, NodeType } = schema;
  const { LineType, LegType } = types;
  const storeOf = ({ see }: Context) => settlementStore(see);

  const AssignmentState = builder.enumType('AssignmentState', {
    description: 'What became of what somebody said about a bank line.',
    values: {
      OPEN: { description: 'It waits for another person.' },
      CONFIRMED: { description: 'Another person agreed; the line was matched again.' },
      RETURNED: { description: 'It was not agreed to.' },
    } satisfies Record<(typeof assignmentStates)[number], object>,
  });
  const AssignmentType = builder.objectRef<AssignmentView>('Assignment').implement({
    description: 'What one person says that a bank line of the queue pays.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: AssignmentState, description: 'What became of it.' }),
      legs: t.field({
        type: [LegType],
        description: 'What it pays, as far as you may see it.',
        resolve: async ({ legs }, _args, context) => {
          const seen = await Promise.all(legs.map((leg) => storeOf(context).leg(leg)));
          return seen.filter((leg) => leg !== null);
        },
      }),
      reason: t.exposeString('reason', { description: 'Why the person thinks so.' }),
      returnedReason: t.exposeString('returnedReason', {
        nullable: true,
        description: 'Why it was not agreed to.',
      }),
      proposedBy: t.string({
        description: "The person's name; empty where the person is not yours to see.",
        resolve: async ({ proposedBy }, _args, { see }) =>
          (await see.row<PersonRow>('person', proposedBy))?.name ?? '',
      }),
      mayConfirm: t.boolean({
        description: 'True for another person of the owner.',
        resolve: ({ owner, proposedBy, state }, _args, context) => {
          const viewer = signedIn(context);
          return state === 'OPEN' && viewer.party === owner && viewer.person !== proposedBy;
        },
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  builder.objectField(LineType, 'assignments', (t) =>
    t.field({
      type: [AssignmentType],
      description: 'What people said that it pays, oldest first.',
      resolve: ({ id }, _args, context) => storeOf(context).assignmentsOf(id),
    }),
  );

  const one = {
    field: 'line',
    type: LineType,
    load: (context: Context, id: string) => storeOf(context).line(id),
  } as const;
  actMutation('assignLine', {
    ...one,
    kind: 'line.assign',
    description: 'Says what a bank line of the queue pays. Another person must agree.',
  });
  actMutation('confirmLine', {
    ...one,
    kind: 'line.confirm',
    description: 'Agrees to what a colleague says; the line is matched again.',
  });
  actMutation('returnLine', {
    ...one,
    kind: 'line.return',
    description: 'Does not agree to what a colleague says.',
  });
  actMutation('refundLine', {
    ...one,
    kind: 'line.refund',
    description: 'Owes what came in back to who paid it.',
  });
  actMutation('dismissLine', {
    ...one,
    kind: 'line.dismiss',
    description: 'Takes a line that names nothing of ours out of the queue.',
  });

  const nodes: readonly NodeLoader[] = [
    {
      ...{ prefix: 'asg', type: 'Assignment' },
      load: (context, id) => storeOf(context).assignment(id),
    },
  ];
  return { AssignmentType, nodes };
}
