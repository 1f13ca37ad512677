/** Translates between GraphQL and bank accounts. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkSource } from '../graphql/today.ts';
import type { Reader } from '../kernel/act.ts';
import type { Moment } from '../kernel/time.ts';
import type { Seen } from '../platform/see.ts';
import { approvalsNeeded } from './accounts.ts';
import type { AccountChangeRow, AccountRow, accountChangeStates, MandateRow } from './model.ts';
import { tradeNow } from './service-accounts.ts';
import { type PartyView, partyStore } from './store.ts';

type ChangeView = Seen<AccountChangeRow>;

export type AccountParts = {
  readonly PartyType: ObjectRef<Types, PartyView>;
  readonly reader: () => Reader;
};

export function defineAccounts(
  schema: Schema,
  { Anchor }: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  { PartyType, reader }: AccountParts,
) {
  const { builder, NodeType } = schema;
  const storeOf = ({ see }: Context) => partyStore(see);
  /** Null once the hold is over. */
  const heldUntil = async (ms: Moment | null, { services }: Context) => {
    if (ms === null) return null;
    const now = { at: services.now(), businessDate: await services.today() };
    return ms > (await tradeNow(reader(), now)) ? ms : null;
  };

  const ChangeState = builder.enumType('AccountChangeState', {
    description: 'Where a change of a bank account stands.',
    values: {
      OPEN: { description: 'It waits for people to agree.' },
      IN_FORCE: { description: 'It was agreed to; the account is held for a while.' },
      RETRACTED: { description: 'It was taken back; the account before stands.' },
    } satisfies Record<(typeof accountChangeStates)[number], object>,
  });
  const ChangeType = builder.objectRef<ChangeView>('AccountChange').implement({
    description: 'A change of a bank account.',
    interfaces: [NodeType],
    fields: (t) => ({
      state: t.expose('state', { type: ChangeState, description: 'Where it stands.' }),
      owner: t.field({
        type: PartyType,
        description: 'Whose account it is.',
        resolve: async ({ owner }, _args, context) => found(await storeOf(context).party(owner)),
      }),
      accountId: t.exposeID('account', { description: 'The account that changes.' }),
      scheme: t.exposeString('scheme', { description: 'IBAN or OTHER.' }),
      identifier: t.exposeString('identifier', { description: 'The new account number.' }),
      holderName: t.exposeString('holderName', { description: 'In whose name.' }),
      oldIdentifier: t.exposeString('oldIdentifier', { description: 'The number before.' }),
      oldHolderName: t.exposeString('oldHolderName', { description: 'The name before.' }),
      reason: t.exposeString('reason', { description: 'Why it changes.' }),
      proposedBy: t.string({
        description: "The person's name; empty where the person is not yours to see.",
        resolve: ({ proposedBy }, _args, context) => nameOf(context, proposedBy),
      }),
      approvedBy: t.stringList({
        description: 'Who agreed; empty for those who are not yours to see.',
        resolve: ({ approvedBy }, _args, context) =>
          Promise.all(approvedBy.map((person) => nameOf(context, person))),
      }),
      approvalsLeft: t.int({
        description: 'How many people have yet to agree.',
        resolve: ({ state, approvedBy }) =>
          state === 'OPEN' ? approvalsNeeded - approvedBy.length : 0,
      }),
      isYours: t.boolean({
        description: 'You have proposed it or agreed to it; somebody else must go on.',
        resolve: ({ proposedBy, approvedBy }, _args, { viewer }) =>
          viewer !== null && [proposedBy, ...approvedBy].includes(viewer.person),
      }),
      heldUntil: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'Nothing is paid to the account before, and it can be taken back; null when nothing is held.',
        resolve: ({ heldUntilMs }, _args, context) => heldUntil(heldUntilMs, context),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const AccountType = builder.objectRef<Seen<AccountRow>>('Account').implement({
    description: 'Where an organisation is paid, and from where it pays.',
    interfaces: [NodeType],
    fields: (t) => ({
      scheme: t.exposeString('scheme', { description: 'IBAN or OTHER.' }),
      identifier: t.exposeString('identifier', { description: 'The account number.' }),
      holderName: t.exposeString('holderName', { description: 'In whose name.' }),
      currency: t.exposeString('currency', { nullable: true, description: 'Null: any.' }),
      heldUntil: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'It was changed, and nothing is paid to it before; null when nothing is held.',
        resolve: ({ heldUntilMs }, _args, context) => heldUntil(heldUntilMs, context),
      }),
      changes: t.field({
        type: [ChangeType],
        description: 'Its changes that you may see, oldest first.',
        resolve: ({ id }, _args, context) => storeOf(context).accountChanges(id),
      }),
    }),
  });

  builder.queryField('accountChange', (t) =>
    t.field({
      type: ChangeType,
      description: 'A change of a bank account that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the change.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).accountChange(id));
      },
    }),
  );
  actMutation('openAccount', {
    kind: 'account.open',
    description: 'Where your organisation is paid, and from where it pays.',
    field: 'account',
    type: AccountType,
    load: (context, id) => storeOf(context).account(id),
  });
  const one = {
    field: 'change',
    type: ChangeType,
    load: (context: Context, id: string) => storeOf(context).accountChange(id),
  } as const;
  actMutation('changeAccount', {
    ...one,
    kind: 'account.change',
    description: 'Proposes another bank account in the place of one that your organisation has.',
  });
  actMutation('approveAccountChange', {
    ...one,
    kind: 'account.approve',
    description: 'Agrees to another bank account. The second who agrees brings it into force.',
  });
  actMutation('retractAccountChange', {
    ...one,
    kind: 'account.retract',
    description: 'Takes a change of a bank account back, while it is open or held.',
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'acc', type: 'Account', load: (context, id) => storeOf(context).account(id) },
    {
      prefix: 'acn',
      type: 'AccountChange',
      load: (context, id) => storeOf(context).accountChange(id),
    },
  ];
  return { AccountType, nodes };

  async function nameOf(context: Context, person: string): Promise<string> {
    return (await storeOf(context).person(person))?.name ?? '';
  }
}

/** Changes that wait for the viewer to agree, and those that are held for everyone to look at. */
export const accountWork =
  (reader: () => Reader): WorkSource =>
  async (context, viewer) => {
    const store = partyStore(context.see);
    const today = await context.services.today();
    const now = await tradeNow(reader(), { at: context.services.now(), businessDate: today });
    const [changes, mandates] = await Promise.all([
      store.liveAccountChanges(now),
      context.see.children<MandateRow>('mandate', 'holder', viewer.person),
    ]);
    const mayAgree = mandates.some(
      ({ action, revoked, validFromDate, validToDate }) =>
        action === 'party.admin' && !revoked && validFromDate <= today && today <= validToDate,
    );
    const waiting = changes.filter(({ state, owner, proposedBy, approvedBy }) => {
      if (state === 'IN_FORCE') return owner === viewer.party;
      return mayAgree && ![proposedBy, ...approvedBy].includes(viewer.person);
    });
    return Promise.all(
      waiting.map(async ({ id, state, identifier, owner, heldUntilMs }) => {
        const action = state === 'OPEN' ? 'approve-account' : 'check-account';
        return {
          ...{ id: `${action}:${id}`, action, subjectId: id, subjectType: 'AccountChange' },
          ...{ title: identifier, amount: null },
          deadline:
            heldUntilMs === null ? null : new Date(Number(heldUntilMs)).toISOString().slice(0, 10),
          counterparty: (await store.party(owner))?.name ?? '',
        };
      }),
    );
  };
