/**
 * Translates between GraphQL and the chain as one may look at it. No decision lives here.
 *
 * For everyone who is signed in, auditors among them: all of it is public to the members, and none of it
 * is of the trade.
 */
import { on } from 'node:events';
import type { FinalBlock } from '../../../chain/src/client.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { found, pageOf, type Schema } from '../graphql/builder.ts';
import { signedIn } from '../graphql/context.ts';
import {
  type ChainWatch,
  type EvidenceSeen,
  type Finality,
  finalityWindowMs,
} from '../platform/chain-watch.ts';
import { type Entry, type EpochSeen, explore, type Support } from './explorer.ts';

type Health = { readonly kind: 'health' };
type Validator = ReturnType<ChainWatch['chain']['status']>['validators'][number];
type EpochValidator = EpochSeen['validators'][number];

/** News of blocks that wait for a slow reader; only the newest counts. */
const waitingMax = 16;

export function defineExplorer({ builder, connection, pageArgs }: Schema, watch: ChainWatch): void {
  const { chain } = watch;
  const explorer = explore(watch);

  const EntryType = builder.objectRef<Entry>('LogEntry').implement({
    description: 'An act as the log has it: a hash at a place, and whether it holds.',
    fields: (t) => ({
      index: t.string({ description: 'Of its leaf.', resolve: ({ index }) => `${index}` }),
      height: t.int({ description: 'Of its block.', resolve: ({ height }) => Number(height) }),
      actHash: t.string({ description: 'Hex.', resolve: ({ actHash }) => hex(actHash) }),
      refusal: t.exposeString('refusal', {
        nullable: true,
        description: 'The code of the contest that it lost; null when it holds.',
      }),
    }),
  });
  const EntryConnection = connection('LogEntry', EntryType);

  const SupportType = builder.objectRef<Support>('CheckpointSupport').implement({
    description: 'Who cosigned a checkpoint.',
    fields: (t) => ({
      validators: t.exposeStringList('validators', { description: 'By name.' }),
      stake: t.string({ description: 'Their weight.', resolve: ({ stake }) => `${stake}` }),
      total: t.string({ description: 'Of all who vote.', resolve: ({ total }) => `${total}` }),
    }),
  });

  const BlockType = builder.objectRef<FinalBlock>('Block').implement({
    description: 'A final block.',
    fields: (t) => ({
      height: t.int({ description: 'From 1.', resolve: ({ height }) => Number(height) }),
      epoch: t.string({ description: 'Of the block.', resolve: ({ epoch }) => `${epoch}` }),
      view: t.string({
        description: 'In which it was proposed.',
        resolve: ({ view }) => `${view}`,
      }),
      at: t.field({ type: 'DateTime', description: 'Chain time.', resolve: (of) => of.timeMs }),
      digest: t.string({ description: 'Hex.', resolve: ({ digest }) => hex(digest) }),
      root: t.string({
        description: 'Of the log after it, hex.',
        resolve: ({ root }) => hex(root),
      }),
      size: t.string({ description: 'Of the log after it.', resolve: ({ size }) => `${size}` }),
      entryCount: t.int({ description: 'Acts in it.', resolve: ({ entries }) => entries.length }),
      refusedCount: t.int({
        description: 'Acts of it that lost a contest.',
        resolve: ({ entries }) => entries.filter((each) => each.outcome.kind === 'refused').length,
      }),
      evidenceCount: t.int({
        description: 'Pieces of evidence against validators.',
        resolve: async (of) => (await explorer.others(of)).evidence,
      }),
      handsOver: t.boolean({
        description: 'It ends its epoch.',
        resolve: async (of) => (await explorer.others(of)).handsOver,
      }),
      headerIndex: t.string({
        description: 'The leaf that is its header.',
        resolve: ({ headerIndex }) => `${headerIndex}`,
      }),
      cosignedBy: t.field({
        type: SupportType,
        nullable: true,
        description:
          'Under the checkpoint that ends with it; null where a later one stands for it.',
        resolve: (of) => explorer.cosigners(of),
      }),
      entries: t.field({
        type: EntryConnection,
        description: 'Its acts, in order, opaque.',
        args: pageArgs,
        resolve: (of, args) => explorer.entries(of, pageOf(args)),
      }),
    }),
  });
  const BlockConnection = connection('Block', BlockType);

  const FinalityType = builder.objectRef<Finality>('Finality').implement({
    description: 'How long acts take to become final, by this server.',
    fields: (t) => ({
      count: t.exposeInt('count', { description: 'Acts that were timed.' }),
      p50Ms: t.exposeFloat('p50Ms', {
        nullable: true,
        description: 'Half of them took no longer, in milliseconds.',
      }),
      p99Ms: t.exposeFloat('p99Ms', {
        nullable: true,
        description: 'All but one in a hundred took no longer, in milliseconds.',
      }),
      minutes: t.int({
        description: 'How far back.',
        resolve: () => finalityWindowMs / 60_000,
      }),
    }),
  });

  const ValidatorType = builder.objectRef<Validator>('ValidatorHealth').implement({
    description: 'One who votes, and whether it is there.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      organisation: t.exposeString('organisation', { description: 'Whose it is.' }),
      operator: t.string({
        description: 'Who runs the machine.',
        resolve: ({ name }) =>
          chain.status().network.members.find((member) => member.name === name)?.operator ?? '',
      }),
      stake: t.string({ description: 'Its weight.', resolve: ({ stake }) => `${stake}` }),
      running: t.exposeBoolean('running', { description: 'It takes part now.' }),
      walBytes: t.int({
        nullable: true,
        description:
          'Octets that it has in the write-ahead log of this process; null for one that runs elsewhere.',
        resolve: ({ walBytes }) => walBytes,
      }),
      uptime: t.float({
        description:
          'Share of the looks of this server, one a second, that found it there: 0 to 1.',
        resolve: ({ name }) => watch.presence(name).uptime,
      }),
      seenAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it was there last, since this server began to look.',
        resolve: ({ name }) => watch.presence(name).seenMs,
      }),
    }),
  });

  const EvidenceType = builder.objectRef<EvidenceSeen>('EvidenceInLog').implement({
    description: 'Proof in the log that a validator broke a signing rule.',
    fields: (t) => ({
      index: t.string({ description: 'Of its leaf.', resolve: ({ index }) => `${index}` }),
      height: t.int({ description: 'Of its block.', resolve: ({ height }) => Number(height) }),
      at: t.field({ type: 'DateTime', description: 'Chain time.', resolve: (of) => of.timeMs }),
      epoch: t.string({
        description: 'In which the rule was broken.',
        resolve: ({ epoch }) => `${epoch}`,
      }),
      validator: t.string({
        description: 'Who broke it.',
        resolve: ({ epoch, voter }) => explorer.validatorAt(epoch, voter),
      }),
    }),
  });

  const HealthType = builder.objectRef<Health>('NetworkHealth').implement({
    description: 'How the chain is doing, as this server sees it.',
    fields: (t) => ({
      height: t.int({
        description: 'Of the newest block that a quorum has cosigned.',
        resolve: () => Number(watch.newest()?.height ?? 0n),
      }),
      view: t.string({
        description: 'The highest that a validator here is in.',
        resolve: () => `${chain.status().view}`,
      }),
      epoch: t.string({ description: 'That runs.', resolve: () => `${chain.status().epoch}` }),
      size: t.string({ description: 'Leaves.', resolve: () => `${chain.status().size}` }),
      mempool: t.int({
        description: 'Acts that wait for a block.',
        resolve: () => chain.status().mempool,
      }),
      lastFinalAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When a block became final last, since this server started.',
        resolve: () => chain.status().lastFinalMs,
      }),
      since: t.field({
        type: 'DateTime',
        description: 'Since when this server looks.',
        resolve: () => watch.sinceMs,
      }),
      finality: t.field({
        type: FinalityType,
        description: 'Of the last minutes.',
        resolve: () => watch.finality(),
      }),
      validators: t.field({
        type: [ValidatorType],
        description: 'Who votes in this epoch.',
        resolve: () => chain.status().validators,
      }),
      evidence: t.field({
        type: [EvidenceType],
        description: 'In the log, newest first.',
        resolve: () => watch.evidence(),
      }),
    }),
  });

  const EpochValidatorType = builder.objectRef<EpochValidator>('EpochValidator').implement({
    description: 'One who votes in an epoch.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      organisation: t.exposeString('organisation', { description: 'Whose it is.' }),
      stake: t.string({ description: 'Its weight.', resolve: ({ stake }) => `${stake}` }),
    }),
  });
  const EpochType = builder.objectRef<EpochSeen>('Epoch').implement({
    description: 'A time in which the same validators vote.',
    fields: (t) => ({
      number: t.string({ description: 'From 1.', resolve: ({ number }) => `${number}` }),
      firstHeight: t.int({
        description: 'The height with which it began.',
        resolve: async ({ handover }) =>
          handover === null ? 1 : Number(await explorer.handedOverAt(handover.index)) + 1,
      }),
      handoverIndex: t.string({
        nullable: true,
        description:
          'The leaf that hands over to it; null for the first, which the genesis begins.',
        resolve: ({ handover }) => (handover === null ? null : `${handover.index}`),
      }),
      vouchedStake: t.string({
        nullable: true,
        description: 'Of the epoch before: the weight of those who signed for the handover.',
        resolve: ({ handover }) => (handover === null ? null : `${handover.vouchedStake}`),
      }),
      vouchedTotal: t.string({
        nullable: true,
        description: 'Of the epoch before: the weight of all.',
        resolve: ({ handover }) => (handover === null ? null : `${handover.totalStake}`),
      }),
      validators: t.field({
        type: [EpochValidatorType],
        description: 'Who votes.',
        resolve: ({ validators }) => validators,
      }),
    }),
  });
  const EpochConnection = connection('Epoch', EpochType);

  builder.queryFields((t) => ({
    networkHealth: t.field({
      type: HealthType,
      description: 'How the chain is doing. For everyone who is signed in.',
      resolve: (_root, _args, context): Health => {
        signedIn(context);
        return { kind: 'health' };
      },
    }),
    blocks: t.field({
      type: BlockConnection,
      description: 'Final blocks, newest first; 50 a page at most. For everyone who is signed in.',
      args: pageArgs,
      resolve: (_root, args, context) => {
        signedIn(context);
        return explorer.blocks(pageOf(args));
      },
    }),
    block: t.field({
      type: BlockType,
      description: 'A final block. For everyone who is signed in.',
      args: { height: t.arg.int({ required: true, description: 'From 1.' }) },
      resolve: async (_root, { height }, context) => {
        signedIn(context);
        return found(await explorer.block(BigInt(height)));
      },
    }),
    logEntry: t.field({
      type: EntryType,
      nullable: true,
      description:
        'Where an act stands in the log; null where it does not. For everyone who is signed in.',
      args: { actHash: t.arg.string({ required: true, description: 'Hex.' }) },
      resolve: (_root, { actHash }, context) => {
        signedIn(context);
        return explorer.find(actHash.trim().toLowerCase());
      },
    }),
    epochs: t.field({
      type: EpochConnection,
      description: 'Who voted when, newest first. For everyone who is signed in.',
      args: pageArgs,
      resolve: (_root, args, context) => {
        signedIn(context);
        return explorer.epochs(pageOf(args));
      },
    }),
  }));

  builder.subscriptionField('blockFinal', (t) =>
    t.field({
      type: BlockType,
      description:
        'The newest block, when it is final; of a burst only the last. For everyone who is signed in.',
      subscribe: (_root, _args, context) => {
        signedIn(context);
        return newestBlocks(watch);
      },
      resolve: (block: FinalBlock) => block,
    }),
  );
}

async function* newestBlocks({ events }: ChainWatch): AsyncGenerator<FinalBlock> {
  const news = on(events, 'block', { highWaterMark: waitingMax, lowWaterMark: waitingMax / 2 });
  for await (const [block] of news as AsyncIterable<readonly [FinalBlock]>) yield block;
}
