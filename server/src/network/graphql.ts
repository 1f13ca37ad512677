/** Translates between GraphQL and the government of the network. No decision lives here. */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import type { ChainClient, NetworkStatus, SeenEvidence } from '../../../chain/src/client.ts';
import { fromHex } from '../../../chain/src/crypto/digest.ts';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { Schema } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { operatorId } from '../party/model.ts';

type Pending = NetworkStatus['pending'][number];
type Keys = { readonly consensusKey: Uint8Array; readonly cosignerKey: Uint8Array };
type Offer = { readonly logKey: Uint8Array; readonly signature: Uint8Array };
type Signatures = {
  readonly consensusSignature: Uint8Array;
  readonly cosignerSignature: Uint8Array | null;
};

export function defineNetwork(
  { builder, RefusalType }: Schema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  chain: ChainClient,
): void {
  const MemberType = builder
    .objectRef<NetworkStatus['members'][number]>('NetworkMember')
    .implement({
      description: 'Who holds stake in the network.',
      fields: (t) => ({
        name: t.exposeString('name', { description: 'Of the validator.' }),
        organisation: t.exposeString('organisation', { description: 'Whose it is.' }),
        operator: t.exposeString('operator', { description: 'Who runs the machine.' }),
        stake: t.string({ description: 'Its weight.', resolve: ({ stake }) => `${stake}` }),
        jailed: t.exposeBoolean('jailed', {
          description: 'It broke a signing rule and votes no more.',
        }),
      }),
    });
  const ChangeType = builder.objectRef<Pending>('NetworkChange').implement({
    description: 'A change that waits for the end of an epoch.',
    fields: (t) => ({
      change: t.field({
        type: 'Bytes',
        description: 'The hash of the act that proposed it: a veto and a consent name it by this.',
        resolve: ({ id }) => fromHex(id) ?? new Uint8Array(),
      }),
      operation: t.exposeString('op', { description: 'admit, remove, weigh, set or rotate.' }),
      validator: t.exposeString('validator', { nullable: true, description: 'Whom it is about.' }),
      organisation: t.exposeString('organisation', {
        nullable: true,
        description: 'Of the validator to be admitted.',
      }),
      stake: t.string({
        nullable: true,
        description: 'Its weight from then on.',
        resolve: ({ stake }) => (stake === null ? null : `${stake}`),
      }),
      parameter: t.exposeString('parameter', { nullable: true, description: 'What is set.' }),
      value: t.string({
        nullable: true,
        description: 'To what.',
        resolve: ({ value }) => (value === null ? null : `${value}`),
      }),
      logKey: t.expose('logKey', {
        ...{ type: 'Bytes', nullable: true, description: "The log's key from then on." },
      }),
      proposedAt: t.field({
        type: 'DateTime',
        description: 'Chain time.',
        resolve: ({ proposedMs }) => proposedMs,
      }),
      dueAt: t.field({
        type: 'DateTime',
        description: 'When its time lock is over.',
        resolve: ({ dueMs }) => dueMs,
      }),
      ready: t.exposeBoolean('ready', {
        description: 'False while the validator to be admitted has not said that it is there.',
      }),
      needsApproval: t.exposeBoolean('needsApproval', {
        description: 'Validators with more than two thirds of the stake must agree.',
      }),
      approvals: t.exposeStringList('approvals', { description: 'Validators that agreed.' }),
      approvedStake: t.string({
        description: 'Their weight.',
        resolve: ({ approvedStake }) => `${approvedStake}`,
      }),
    }),
  });
  const ParameterType = builder
    .objectRef<readonly [name: string, value: bigint]>('NetworkParameter')
    .implement({
      description: 'One of the rules that govern the network.',
      fields: (t) => ({
        name: t.string({ description: 'Its name.', resolve: ([name]) => name }),
        value: t.string({ description: 'A whole number.', resolve: ([, value]) => `${value}` }),
      }),
    });
  const UnbondingType = builder
    .objectRef<NetworkStatus['unbonding'][number]>('NetworkUnbonding')
    .implement({
      description: 'Stake that no longer votes and can still be slashed.',
      fields: (t) => ({
        name: t.exposeString('name', { description: 'Of the validator.' }),
        stake: t.string({ description: 'How much.', resolve: ({ stake }) => `${stake}` }),
        until: t.field({
          type: 'DateTime',
          description: 'Chain time.',
          resolve: ({ untilMs }) => untilMs,
        }),
      }),
    });
  const EvidenceType = builder.objectRef<SeenEvidence>('NetworkEvidence').implement({
    description: 'Two signatures by one validator that break a rule together.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Of the validator.' }),
      organisation: t.exposeString('organisation', { description: 'Whose it was.' }),
      epoch: t.string({ description: 'In which it signed.', resolve: ({ epoch }) => `${epoch}` }),
      rule: t.exposeString('rule', {
        description:
          'doublePropose, doubleNotarize, doubleFinalize, nullifyAndFinalize or doubleCosign.',
      }),
      height: t.int({
        description: 'Of the block that holds it.',
        resolve: ({ height }) => Number(height),
      }),
      index: t.string({ description: 'Of its leaf.', resolve: ({ index }) => `${index}` }),
      at: t.field({
        type: 'DateTime',
        description: 'Chain time.',
        resolve: ({ timeMs }) => timeMs,
      }),
    }),
  });
  const NetworkType = builder.objectRef<NetworkStatus>('Network').implement({
    description: 'Who votes, by which parameters, and what is decided about it.',
    fields: (t) => ({
      epoch: t.string({ description: 'That runs now.', resolve: ({ epoch }) => `${epoch}` }),
      firstHeight: t.int({
        description: 'The height with which it began.',
        resolve: ({ firstHeight }) => Number(firstHeight),
      }),
      logKey: t.expose('logKey', {
        type: 'Bytes',
        description: "Signs the log's own line now; without weight in any verdict.",
      }),
      stage: t.int({
        description: '0 permissioned, 1 a governed table of stake, 2 open bonding.',
        resolve: ({ parameters }) => Number(parameters.stage ?? 0n),
      }),
      parameters: t.field({
        type: [ParameterType],
        description: 'All of them.',
        resolve: ({ parameters }) => Object.entries(parameters),
      }),
      members: t.field({
        type: [MemberType],
        description: 'All who hold stake.',
        resolve: ({ members }) => members,
      }),
      pending: t.field({
        type: [ChangeType],
        description: 'Changes that wait.',
        resolve: ({ pending }) => pending,
      }),
      unbonding: t.field({
        type: [UnbondingType],
        description: 'Stake on its way out.',
        resolve: ({ unbonding }) => unbonding,
      }),
      accused: t.stringList({
        description: 'Validators that the end of this epoch judges.',
        resolve: ({ accused }) => accused.map(({ name }) => name),
      }),
      evidence: t.field({
        type: [EvidenceType],
        description: 'That the last epochs ended with, newest first.',
        resolve: async () => [...(await chain.evidence())],
      }),
      slashedStake: t.string({
        description: 'Lost for broken rules, ever.',
        resolve: ({ slashed }) => `${slashed}`,
      }),
    }),
  });
  builder.queryField('network', (t) =>
    t.field({
      type: NetworkType,
      description: 'How the network is governed.',
      resolve: () => chain.status().network,
    }),
  );

  const act = (name: string, kind: KindName, description: string) =>
    actMutation(name, {
      ...{ kind, description, field: 'network', type: NetworkType },
      load: async () => chain.status().network,
    });
  act(
    'admitValidator',
    'validator.admit',
    'Proposes a validator. It comes in after the time lock, when it has said that it is ready.',
  );
  act('removeValidator', 'validator.remove', 'Proposes that a validator leaves.');
  act('weighValidator', 'validator.weigh', 'Proposes another stake for a validator.');
  act('setParameter', 'parameter.set', 'Proposes another value for a rule of the network.');
  act(
    'rotateLogKey',
    'log.rotate',
    "Proposes another key for the log's own line. Proofs from before stay good.",
  );
  act('cancelChange', 'change.cancel', 'The veto: takes a change back before it takes effect.');
  act(
    'confirmReadiness',
    'validator.ready',
    'Brings what the keys of a new validator signed: it is there.',
  );
  act('approveChange', 'change.approve', 'Brings the consent of a validator to a change.');

  const KeysType = builder.objectRef<Keys>('ValidatorKeys').implement({
    description: 'The public keys of a validator.',
    fields: (t) => ({
      consensusKey: t.expose('consensusKey', { type: 'Bytes', description: 'Signs votes.' }),
      cosignerKey: t.expose('cosignerKey', { type: 'Bytes', description: 'Signs checkpoints.' }),
    }),
  });
  const SignaturesType = builder.objectRef<Signatures>('ValidatorSignatures').implement({
    description: 'What the keys of a validator of this machine signed.',
    fields: (t) => ({
      consensusSignature: t.expose('consensusSignature', {
        type: 'Bytes',
        description: 'By its consensus key.',
      }),
      cosignerSignature: t.expose('cosignerSignature', {
        type: 'Bytes',
        nullable: true,
        description: 'By its cosigner key, where both are needed.',
      }),
    }),
  });
  const KeysResult = builder.unionType('ValidatorKeysResult', {
    description: 'The keys, or why not.',
    types: [KeysType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'ValidatorKeys'),
  });
  const SignaturesResult = builder.unionType('ValidatorSignaturesResult', {
    description: 'The signatures, or why not.',
    types: [SignaturesType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'ValidatorSignatures'),
  });
  const OfferType = builder.objectRef<Offer>('LogKeyOffer').implement({
    description: 'A key for the log that has never signed.',
    fields: (t) => ({
      logKey: t.expose('logKey', { type: 'Bytes', description: 'The public key.' }),
      signature: t.expose('signature', { type: 'Bytes', description: 'That somebody holds it.' }),
    }),
  });
  const OfferResult = builder.unionType('LogKeyOfferResult', {
    description: 'The key, or why not.',
    types: [OfferType, RefusalType],
    resolveType: (value) => ('code' in value ? 'Refusal' : 'LogKeyOffer'),
  });
  builder.mutationFields((t) => ({
    prepareLogKey: t.field({
      type: OfferResult,
      description: 'Makes another key for the log, or shows the one that waits. Not an act.',
      resolve: (_root, _args, context) =>
        asGovernor(context, () => chain.makeLogKey(), 'LOG_ELSEWHERE'),
    }),
    prepareValidator: t.field({
      type: KeysResult,
      description:
        'Makes the keys of a validator that shall run on this machine, or shows them again. Not an act.',
      args: { name: t.arg.string({ required: true, description: 'Of the validator.' }) },
      resolve: (_root, { name }, context) => asGovernor(context, () => chain.makeValidator(name)),
    }),
    signReadiness: t.field({
      type: SignaturesResult,
      description: 'Both keys of a validator of this machine say that it is there. Not an act.',
      args: {
        name: t.arg.string({ required: true, description: 'Of the validator.' }),
        change: t.arg({ type: 'Bytes', required: true, description: 'That admits it.' }),
      },
      resolve: (_root, { name, change }, context) =>
        asGovernor(context, () => chain.readiness(name, change)),
    }),
    signApproval: t.field({
      type: SignaturesResult,
      description: 'A validator of this machine agrees to a change. Not an act.',
      args: {
        name: t.arg.string({ required: true, description: 'Of the validator.' }),
        change: t.arg({ type: 'Bytes', required: true, description: 'That it agrees to.' }),
      },
      resolve: (_root, { name, change }, context) =>
        asGovernor(context, async () => ({
          consensusSignature: await chain.approval(name, change),
          cosignerSignature: null,
        })),
    }),
  }));
}

/** What is not on this machine, and who has it. */
const elsewhere = {
  VALIDATOR_ELSEWHERE: { path: 'name', help: 'Ask whoever runs that validator.' },
  LOG_ELSEWHERE: { help: 'Ask whoever keeps the log.' },
} as const;

/** The machine's validators are the governor's; those that run elsewhere are nobody's here. */
async function asGovernor<T>(
  context: Context,
  work: () => Promise<T>,
  code: keyof typeof elsewhere = 'VALIDATOR_ELSEWHERE',
): Promise<T | Refusal> {
  const place = elsewhere[code];
  if (signedIn(context).party !== operatorId) {
    return refuse(
      'NOT_GOVERNOR',
      'Only the governor of the network uses its validators and its log.',
      {
        ...place,
        seen: 'another organisation',
        expected: 'the operator of the network',
        help: 'Sign in as the governor.',
      },
    );
  }
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof RangeError || (error as Error).name === 'GenesisFault';
    if (!isOurs) throw error;
    return refuse(code, (error as Error).message, place);
  }
}
