/**
 * The chain as anyone signed in may look at it: blocks, their entries, epochs, and where an act stands.
 *
 * Everything is opaque: hashes, outcomes, names of validators and their stake. What an act says stands in no
 * answer of this file. Only what a quorum has cosigned is shown; what is not there is null.
 */
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { fromHex } from '../../../chain/src/crypto/digest.ts';
import { decodeHeaderLeaf } from '../../../chain/src/log/handover.ts';
import { type Reign, reignsFrom } from '../../../chain/src/log/judge.ts';
import { stakeOf } from '../../../chain/src/log/policy.ts';
import { parseTlogProof } from '../../../chain/src/log/proof.ts';
import { type ChainWatch, otherLeavesOf } from '../platform/chain-watch.ts';
import type { Page } from '../platform/see.ts';

export type Entry = {
  readonly index: bigint;
  readonly height: bigint;
  readonly actHash: Uint8Array;
  /** The code of a contest that it lost. */
  readonly refusal: string | null;
};

export type EpochSeen = {
  readonly number: bigint;
  readonly validators: Reign['validators'];
  /** Null for the first epoch, which the genesis begins. */
  readonly handover: {
    readonly index: bigint;
    /** Stake of those of the epoch before whose signatures stand under it. */
    readonly vouchedStake: bigint;
    readonly totalStake: bigint;
  } | null;
};

export type Support = {
  readonly validators: readonly string[];
  readonly stake: bigint;
  readonly total: bigint;
};

/** The page of a list that counts downwards or upwards; the cursor is the number itself. */
export type PageRequest = { readonly first: number | null; readonly after: string | null };

export type Explorer = {
  readonly blocks: (page: PageRequest) => Promise<Page<FinalBlock>>;
  readonly block: (height: bigint) => Promise<FinalBlock | null>;
  readonly entries: (block: FinalBlock, page: PageRequest) => Page<Entry>;
  /** Who cosigned the checkpoint that ends with the block. */
  readonly cosigners: (block: FinalBlock) => Promise<Support | null>;
  /** Which leaves of the block are evidence, and whether it ends its epoch. */
  readonly others: (block: FinalBlock) => Promise<{ evidence: number; handsOver: boolean }>;
  readonly find: (actHash: string) => Promise<Entry | null>;
  /** The height of the block that ends with the handover at this leaf. */
  readonly handedOverAt: (handoverIndex: bigint) => Promise<bigint>;
  readonly epochs: (page: PageRequest) => Promise<Page<EpochSeen>>;
  /** The name of the validator at a place of the set of an epoch. */
  readonly validatorAt: (epoch: bigint, place: number) => Promise<string>;
};

const pageUsual = 20;
/** Blocks are read whole. */
const blocksMax = 50;
const entriesMax = 100;

export function explore(watch: ChainWatch): Explorer {
  const { chain } = watch;
  let known: readonly EpochSeen[] = [];

  const newestHeight = (): bigint => watch.newest()?.height ?? 0n;

  const block = async (height: bigint): Promise<FinalBlock | null> =>
    height < 1n || height > newestHeight() ? null : read(chain, height);

  /** The block that holds a leaf: each holds the leaves from its first index up to the next one's. */
  const holding = async (index: bigint): Promise<FinalBlock | null> => {
    let [low, high] = [1n, newestHeight()];
    while (low <= high) {
      const middle = (low + high) / 2n;
      const candidate = await block(middle);
      if (candidate === null) return null;
      if (index < candidate.firstIndex) high = middle - 1n;
      else if (index >= candidate.size) low = middle + 1n;
      else return candidate;
    }
    return null;
  };

  /** All epochs that have a block, oldest first; judged again only when there is another one. */
  const epochs = async (): Promise<readonly EpochSeen[]> => {
    const handovers = await chain.log.handovers();
    if (known.length === handovers.length + 1) return known;
    known = reignsFrom(await chain.anchor(), handovers).map((reign, order): EpochSeen => {
      const { epoch: number, validators, vouched } = reign;
      const text = handovers[order - 1];
      const handover =
        text === undefined || vouched === undefined
          ? null
          : {
              index: parseTlogProof(text).index,
              vouchedStake: vouched.weight,
              totalStake: vouched.total,
            };
      return { number, validators, handover };
    });
    return known;
  };

  return {
    block,
    blocks: async ({ first, after }) => {
      const count = Math.min(Math.max(first ?? pageUsual, 1), blocksMax);
      const from = below(after, newestHeight());
      const to = from > BigInt(count) ? from - BigInt(count) + 1n : 1n;
      const rows = to > from ? [] : await readSpan(chain, to, from);
      return {
        rows: rows.toReversed(),
        cursors: rows.toReversed().map(({ height }) => `${height}`),
        hasNextPage: to > 1n,
      };
    },
    entries: ({ entries, height, firstIndex }, { first, after }) => {
      const count = Math.min(Math.max(first ?? pageUsual, 1), entriesMax);
      const last = numberOf(after);
      const from = last === null ? 0 : Number(last - firstIndex) + 1;
      const rows = entries.slice(Math.max(from, 0), Math.max(from, 0) + count).map(
        ({ index, actHash, outcome }): Entry => ({
          ...{ index, height, actHash },
          refusal: outcome.kind === 'refused' ? outcome.code : null,
        }),
      );
      return {
        rows,
        cursors: rows.map(({ index }) => `${index}`),
        hasNextPage: Math.max(from, 0) + count < entries.length,
      };
    },
    cosigners: async ({ cosigned, size, epoch }) => {
      const reign = (await epochs()).find(({ number }) => number === epoch);
      if (!cosigned || reign === undefined) return null;
      const { cosignatures } = await chain.log.checkpoint(size);
      const names = new Set(cosignatures.map(({ name }) => name));
      const signers = reign.validators.filter(({ name }) => names.has(name));
      return {
        validators: signers.map(({ name }) => name),
        stake: stakeOf(signers),
        total: stakeOf(reign.validators),
      };
    },
    others: async (of) => {
      const types = (await otherLeavesOf(chain, of)).map(({ type }) => type);
      const evidence = types.filter((type) => type.startsWith('tallystick/evidence/')).length;
      return { evidence, handsOver: types.some((type) => type.startsWith('tallystick/handover/')) };
    },
    find: async (actHash) => {
      const hash = fromHex(actHash);
      const index = hash?.length === 32 ? await chain.find(hash) : null;
      const at = index === null ? null : await holding(index);
      if (hash === undefined || index === null || at === null) return null;
      const entry = at.entries[Number(index - at.firstIndex)];
      if (entry === undefined) return null;
      const { outcome } = entry;
      const refusal = outcome.kind === 'refused' ? outcome.code : null;
      return { index, height: at.height, actHash: hash, refusal };
    },
    // A handover stands right before the header of its block.
    handedOverAt: async (index) => decodeHeaderLeaf(await chain.log.leaf(index + 1n)).height,
    epochs: async ({ first, after }) => {
      const count = Math.min(Math.max(first ?? pageUsual, 1), blocksMax);
      const newestFirst = (await epochs()).toReversed();
      const last = numberOf(after);
      const rest = last === null ? newestFirst : newestFirst.filter(({ number }) => number < last);
      const rows = rest.slice(0, count);
      return {
        rows,
        cursors: rows.map(({ number }) => `${number}`),
        hasNextPage: rest.length > count,
      };
    },
    validatorAt: async (epoch, place) => {
      const reign = (await epochs()).find(({ number }) => number === epoch);
      return reign?.validators[place]?.name ?? `${place}`;
    },
  };
}

async function read(chain: ChainClient, height: bigint): Promise<FinalBlock | null> {
  const [block] = await readSpan(chain, height, height);
  return block ?? null;
}

/** Blocks that are known to be shown, from the lowest on; reading does not wait. */
async function readSpan(
  chain: ChainClient,
  from: bigint,
  to: bigint,
): Promise<readonly FinalBlock[]> {
  const stop = new AbortController();
  const blocks: FinalBlock[] = [];
  for await (const block of chain.blocksFrom(from, stop.signal)) {
    blocks.push(block);
    if (block.height >= to) stop.abort();
  }
  return blocks;
}

/** The first height of a page: the one below the cursor, or the newest. */
function below(after: string | null, newest: bigint): bigint {
  const last = numberOf(after);
  if (last === null) return newest;
  return last - 1n < newest ? last - 1n : newest;
}

/** A cursor of ours; anything else begins at the beginning. */
function numberOf(cursor: string | null): bigint | null {
  return cursor !== null && /^[0-9]{1,18}$/.test(cursor) ? BigInt(cursor) : null;
}
