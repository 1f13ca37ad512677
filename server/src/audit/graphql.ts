/** Translates between GraphQL and what anyone may check: the chain's state, act contexts, what changes. */
import type { ChainClient } from '../../../chain/src/client.ts';
import { anchorFingerprint, encodeAnchor } from '../../../chain/src/log/anchor.ts';
import { encodeHandovers } from '../../../chain/src/log/proof-files.ts';
import type { StateName } from '../../../chain/src/log/state.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import type { Schema } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { Fault } from '../kernel/fault.ts';
import { operatorId } from '../party/model.ts';
import type { ActContext, ActContexts } from '../platform/acts.ts';
import type { ActRow } from '../platform/acts-seen.ts';
import type { Anchoring } from '../platform/anchoring.ts';
import { actsAtOnceMax } from '../platform/many-acts.ts';
import { subscribed } from './changes.ts';

export type AuditServices = {
  readonly chain: ChainClient;
  readonly channel: Uint8Array;
  readonly anchoring: Anchoring;
  /** A demo world: its governor can stop validators, to see what becomes of the network. */
  readonly isDemo: boolean;
};

/** A block takes milliseconds; when one is this late, what waits is waiting for validators. */
const stalledMs = 3_000;

export function defineAudit(
  { builder, RefusalType }: Schema,
  { ActType }: AnchorSchema,
  { chain, channel, anchoring, isDemo }: AuditServices,
): void {
  type ValidatorStatus = ReturnType<ChainClient['status']>['validators'][number];
  const ValidatorType = builder.objectRef<ValidatorStatus>('ValidatorStatus').implement({
    description: 'One validator of the chain.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      organisation: t.exposeString('organisation', { description: 'Whose it is.' }),
      stake: t.string({
        description: 'Its voting weight.',
        resolve: ({ stake }) => stake.toString(),
      }),
      running: t.exposeBoolean('running', { description: 'It takes part now.' }),
    }),
  });
  const StateTypeEnum = builder.enumType('StateType', {
    description: 'What the chain keeps in its state.',
    values: {
      FINGERPRINT: {
        value: 'fingerprint',
        description: 'What may be financed once: absent, reserved or financed.',
      },
      NOTE: { value: 'note', description: 'A certificate or a part of one: live or spent.' },
      KEY: { value: 'key', description: 'A signing key: active or revoked.' },
      GROUP: { value: 'group', description: 'How many keys an organisation has.' },
    } as const,
  });
  const ChainType = builder
    .objectRef<{ fingerprint: string; file: string }>('ChainStatus')
    .implement({
      description: 'The chain as this server sees it.',
      fields: (t) => ({
        origin: t.string({ description: 'The name of the log.', resolve: () => chain.origin }),
        height: t.int({
          description: 'Of the last final block.',
          resolve: () => Number(chain.status().height),
        }),
        size: t.int({
          description: 'Leaves of the log.',
          resolve: () => Number(chain.status().size),
        }),
        waiting: t.int({
          description: 'Acts that are committed and not yet final.',
          resolve: () => anchoring.waiting(),
        }),
        finalising: t.boolean({
          description: 'False when acts wait because too many validators are away.',
          resolve: () => anchoring.waiting() === 0 || anchoring.oldestWaitingMs() < stalledMs,
        }),
        validators: t.field({
          type: [ValidatorType],
          description: 'Who votes.',
          resolve: () => chain.status().validators,
        }),
        stateProof: t.string({
          nullable: true,
          description:
            'The file that proves what the state says of a thing in the hub now, for anyone to verify offline. Null before the first block.',
          args: {
            type: t.arg({ type: StateTypeEnum, required: true, description: 'What it is.' }),
            id: t.arg({
              type: 'Bytes',
              required: true,
              description: 'The token of a fingerprint, a note, the id of a key, or a group.',
            }),
          },
          resolve: (_chain, { type, id }) => stateProofOf(chain, { type, channel, id }),
        }),
        handoversFile: t.string({
          description:
            'The handovers that lead from the anchor to the validators of today, for a .tlog-proof of a later epoch.',
          resolve: async () => encodeHandovers(await chain.log.handovers()),
        }),
        anchorFile: t.exposeString('file', {
          description: 'The trust anchor: what an offline verifier starts from.',
        }),
        anchorFingerprint: t.exposeString('fingerprint', {
          description: 'Compare it by telephone.',
        }),
      }),
    });
  builder.queryField('chain', (t) =>
    t.field({
      type: ChainType,
      description: 'The state of the chain, and the anchor that proofs are checked against.',
      resolve: chainSeen,
    }),
  );

  async function chainSeen() {
    const anchor = await chain.anchor();
    return { file: encodeAnchor(anchor), fingerprint: anchorFingerprint(anchor) };
  }

  const ContextType = builder.objectRef<ActContext>('ActContext').implement({
    description:
      'What a signer needs to build the act itself; nothing in it can change what is signed.',
    fields: (t) => ({
      chainId: t.field({
        type: 'Bytes',
        description: 'Of the chain.',
        resolve: () => chain.chainId,
      }),
      channel: t.field({ type: 'Bytes', description: 'Of the chain.', resolve: () => channel }),
      keyId: t.exposeString('keyId', { description: 'The key that is to sign, hex.' }),
      seq: t.string({
        description: 'Its next sequence number.',
        resolve: ({ seq }) => seq.toString(),
      }),
      previousAct: t.field({
        type: 'Bytes',
        description: "The key's act before; empty for its first.",
        resolve: ({ previousAct }) => previousAct ?? new Uint8Array(),
      }),
      epoch: t.string({ description: 'Of the chain.', resolve: ({ epoch }) => epoch.toString() }),
      timeMs: t.string({
        description: "The server's time now.",
        resolve: ({ timeMs }) => timeMs.toString(),
      }),
      refs: t.field({
        type: ['Bytes'],
        description: 'Acts that this one builds on.',
        resolve: ({ refs }) => [...refs],
      }),
      party: t.exposeID('party', { description: 'For whom you act.' }),
      person: t.exposeID('person', { nullable: true, description: 'You.' }),
      mandate: t.exposeID('mandate', {
        nullable: true,
        description: 'The narrowest mandate that is enough.',
      }),
      businessDate: t.expose('businessDate', { type: 'Date', description: 'The business day.' }),
      fingerprint: t.field({
        type: 'Bytes',
        nullable: true,
        description: 'Token of what may be used once.',
        resolve: ({ facts }) => facts.fingerprint ?? null,
      }),
      notes: t.field({
        type: ['Bytes'],
        description: 'Live notes that it spends.',
        resolve: ({ facts }) => [...(facts.notes ?? [])],
      }),
      group: t.field({
        type: 'Bytes',
        nullable: true,
        description: 'Pseudonym of the owner of a key.',
        resolve: ({ facts }) => facts.group ?? null,
      }),
    }),
  });
  const ContextInput = builder.inputType('ActContextInput', {
    description: 'Which act is to be signed.',
    fields: (t) => ({
      kind: t.string({ required: true, description: "Such as 'invoice.confirm'." }),
      keyId: t.string({
        required: false,
        description: "The key that will sign, hex; null for the platform's custodial one.",
      }),
      input: t.string({
        required: true,
        description: "The act's own fields as JSON, as they will stand in the mutation.",
      }),
    }),
  });
  const ContextResult = builder.unionType('ActContextResult', {
    description: 'A context, or why there is none.',
    types: [ContextType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'ActContext'),
  });
  const StandingType = builder.objectRef<ActContexts['items'][number]>('ActStanding').implement({
    description: 'Where one of several acts stands: ready to be signed, done before, or refused.',
    fields: (t) => ({
      refusal: t.field({
        type: RefusalType,
        nullable: true,
        description: 'Why it would not be done.',
        resolve: (item) => (item.kind === 'refusal' ? item : null),
      }),
      isDone: t.boolean({
        description: 'It was done before, under the same idempotency key.',
        resolve: ({ kind }) => kind === 'done',
      }),
      refs: t.field({
        type: ['Bytes'],
        description: 'Acts that it builds on.',
        resolve: (item) => (item.kind === 'ready' ? [...item.refs] : []),
      }),
      mandate: t.id({
        nullable: true,
        description: 'The narrowest mandate that is enough.',
        resolve: (item) => (item.kind === 'ready' ? item.mandate : null),
      }),
      fingerprint: t.field({
        type: 'Bytes',
        nullable: true,
        description: 'Token of what may be used once.',
        resolve: (item) => (item.kind === 'ready' ? (item.facts.fingerprint ?? null) : null),
      }),
      notes: t.field({
        type: ['Bytes'],
        description: 'Live notes that it spends.',
        resolve: (item) => (item.kind === 'ready' ? [...(item.facts.notes ?? [])] : []),
      }),
      group: t.field({
        type: 'Bytes',
        nullable: true,
        description: 'Pseudonym of the owner of a key.',
        resolve: (item) => (item.kind === 'ready' ? (item.facts.group ?? null) : null),
      }),
    }),
  });
  const ContextsType = builder.objectRef<ActContexts>('ActContexts').implement({
    description:
      'What a signer needs to build several acts and sign them with one signature: the place of the first, and where each stands.',
    fields: (t) => ({
      chainId: t.field({
        type: 'Bytes',
        description: 'Of the chain.',
        resolve: () => chain.chainId,
      }),
      channel: t.field({ type: 'Bytes', description: 'Of the chain.', resolve: () => channel }),
      keyId: t.exposeString('keyId', { description: 'The key that is to sign, hex.' }),
      seq: t.string({
        description: 'The sequence number of the first; the others follow it.',
        resolve: ({ seq }) => seq.toString(),
      }),
      previousAct: t.field({
        type: 'Bytes',
        description: "The key's act before; empty for its first.",
        resolve: ({ previousAct }) => previousAct ?? new Uint8Array(),
      }),
      epoch: t.string({ description: 'Of the chain.', resolve: ({ epoch }) => epoch.toString() }),
      timeMs: t.string({
        description: "The server's time now.",
        resolve: ({ timeMs }) => timeMs.toString(),
      }),
      party: t.exposeID('party', { description: 'For whom you act.' }),
      person: t.exposeID('person', { nullable: true, description: 'You.' }),
      businessDate: t.expose('businessDate', { type: 'Date', description: 'The business day.' }),
      results: t.field({
        type: [StandingType],
        description: 'In the order in which they were asked for.',
        resolve: ({ items }) => [...items],
      }),
    }),
  });
  const AskedInput = builder.inputType('AskedActInput', {
    description: 'One of several acts to be signed.',
    fields: (t) => ({
      input: t.string({
        required: true,
        description: "The act's own fields as JSON, as they will stand in the mutation.",
      }),
      idempotencyKey: t.string({ required: true, description: 'As it will be sent with it.' }),
    }),
  });
  const ContextsInput = builder.inputType('ActContextsInput', {
    description: 'Which acts are to be signed together.',
    fields: (t) => ({
      kind: t.string({ required: true, description: "Such as 'invoice.confirm'." }),
      keyId: t.string({
        required: false,
        description: "The key that will sign, hex; null for the platform's custodial one.",
      }),
      acts: t.field({
        type: [AskedInput],
        required: true,
        description: `1 to ${actsAtOnceMax} of one kind, in the order in which they will be signed.`,
      }),
    }),
  });
  const ContextsResult = builder.unionType('ActContextsResult', {
    description: 'The contexts, or why there are none.',
    types: [ContextsType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'ActContexts'),
  });
  builder.queryField('actContexts', (t) =>
    t.field({
      type: ContextsResult,
      description:
        'What your key needs to build several acts and sign them once; what would be refused is said before.',
      args: { input: t.arg({ type: ContextsInput, required: true, description: 'Which acts.' }) },
      resolve: (_root, { input }, context) =>
        context.services.actContexts(signedIn(context), {
          kind: input.kind,
          keyId: input.keyId ?? null,
          acts: input.acts.map((each) => ({
            input: parsed(each.input),
            idempotencyKey: each.idempotencyKey,
          })),
        }),
    }),
  );
  builder.queryField('actContext', (t) =>
    t.field({
      type: ContextResult,
      description: 'What your key needs to build and sign an act.',
      args: { input: t.arg({ type: ContextInput, required: true, description: 'Which act.' }) },
      resolve: (_root, { input }, context) =>
        context.services.actContext(signedIn(context), {
          kind: input.kind,
          input: parsed(input.input),
          keyId: input.keyId ?? null,
        }),
    }),
  );

  if (isDemo) {
    const SwitchResult = builder.unionType('SwitchValidatorResult', {
      description: 'The chain as it is then, or why not.',
      types: [ChainType, RefusalType],
      resolveType: (value) => ('code' in value ? 'Refusal' : 'ChainStatus'),
    });
    builder.mutationFields((t) => ({
      stopValidator: t.field({
        type: SwitchResult,
        description:
          'Unloads the key of a validator: it takes part in nothing any more. Not an act. In demo and tests only.',
        args: { name: t.arg.string({ required: true, description: 'Of the validator.' }) },
        resolve: async (_root, { name }, context) =>
          (await switched(context, name, () => chain.stopValidator(name))) ?? chainSeen(),
      }),
      startValidator: t.field({
        type: SwitchResult,
        description:
          'Loads the key of a validator again, with all that it wrote. Not an act. In demo and tests only.',
        args: { name: t.arg.string({ required: true, description: 'Of the validator.' }) },
        resolve: async (_root, { name }, context) =>
          (await switched(context, name, () => chain.startValidator(name))) ?? chainSeen(),
      }),
    }));
  }

  /** Null when it was done; doing it again changes nothing. */
  async function switched(
    context: Context,
    name: string,
    work: () => Promise<void>,
  ): Promise<Refusal | null> {
    if (signedIn(context).party !== operatorId) {
      return refuse(
        'NOT_GOVERNOR',
        'Only the governor of the network stops and starts validators.',
        {
          path: 'name',
          seen: 'another organisation',
          expected: 'the operator of the network',
          help: 'Sign in as the governor.',
        },
      );
    }
    const known = chain.status().validators.map((each) => each.name);
    if (!known.includes(name)) {
      return refuse('VALIDATOR_UNKNOWN', 'There is no validator of that name.', {
        path: 'name',
        seen: name.slice(0, 100),
        expected: known.join(', '),
        help: 'Take a name from the list of validators.',
      });
    }
    await work();
    return null;
  }

  builder.subscriptionField('actChanged', (t) =>
    t.field({
      type: ActType,
      description: 'Every act that you may read, when it is committed and again when it is final.',
      subscribe: (_root, _args, context) => {
        signedIn(context);
        return subscribed(anchoring.events, context);
      },
      resolve: (act: ActRow) => act,
    }),
  );
}

/** Null where no checkpoint is cosigned yet. */
async function stateProofOf(chain: ChainClient, name: StateName): Promise<string | null> {
  try {
    return await chain.log.stateProof(name);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault('BAD_INPUT', 'input is JSON text.', {
      path: 'input.input',
      seen: text.slice(0, 100),
      expected: 'a JSON object of the act fields',
    });
  }
}
