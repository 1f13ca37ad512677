/**
 * A small log that is real from its first leaf on and goes through several epochs with changing
 * validators, for tests of what a verifier makes of it: acts, block headers, handovers, the map of the
 * state, and checkpoints signed by whomever a test chooses.
 */
import { channelOf, encodeEntry } from '@tallystick/chain/src/act/act.ts';
import { wholeEffects } from '@tallystick/chain/src/act/effects.ts';
import {
  emptyMap,
  getFrom,
  proveIn,
  putInto,
  rootOf,
  type StateMap,
} from '@tallystick/chain/src/core/state-map.ts';
import { sha256, u64be, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import type { Signer } from '@tallystick/chain/src/crypto/signature.ts';
import { cosigningBytes, logSigningBytes } from '@tallystick/chain/src/crypto/signature.ts';
import type { Anchor } from '@tallystick/chain/src/log/anchor.ts';
import {
  checkpointBody,
  cosignerKeyType,
  logKeyType,
  noteKeyId,
} from '@tallystick/chain/src/log/checkpoint.ts';
import { encodeConsistencyProof } from '@tallystick/chain/src/log/consistency.ts';
import { encodeHandoverLeaf, encodeHeaderLeaf } from '@tallystick/chain/src/log/handover.ts';
import {
  appendLeaves,
  consistencyProof,
  emptyFrontier,
  inclusionProof,
  leafHash,
  type NodeAt,
  rootAt,
} from '@tallystick/chain/src/log/merkle.ts';
import type { SignedCheckpoint } from '@tallystick/chain/src/log/note.ts';
import type { Validator } from '@tallystick/chain/src/log/policy.ts';
import { validatorSetHash } from '@tallystick/chain/src/log/policy.ts';
import { encodeTlogProof } from '@tallystick/chain/src/log/proof.ts';
import { placeOf, type StateType } from '@tallystick/chain/src/log/state.ts';
import { encodeStateProof } from '@tallystick/chain/src/log/state-proof.ts';
import { itemOf, signerFrom } from './proofs.ts';

export const epochsOrigin = 'epochs.example/hub';
export const epochsChainId = sha256(utf8('a chain of several epochs'));
export const epochsChannel = channelOf(epochsChainId, 'hub');
const timeSeconds = 1_790_000_000n;

/** Who votes in an epoch: names with stakes; a name is the same keys in every epoch. */
export type Members = Readonly<Record<string, bigint>>;

/** Four equals; then a fifth joins and one grows; then two of the first leave and a sixth comes. */
export const threeSets: readonly Members[] = [
  { north: 25n, east: 25n, south: 25n, west: 25n },
  { north: 40n, east: 25n, south: 25n, west: 25n, harbour: 10n },
  { north: 40n, harbour: 30n, south: 25n, hill: 20n },
];

/** One change of three validators: enough where every octet of a file is tried. */
export const twoSets: readonly Members[] = [
  { north: 1n, east: 1n, south: 1n },
  { north: 1n, east: 1n, hill: 1n },
];

export type EpochCouncil = {
  readonly validators: readonly Validator[];
  readonly cosigners: ReadonlyMap<string, Signer>;
  readonly log: Signer;
};

export async function epochCouncil(members: Members, epoch: number): Promise<EpochCouncil> {
  const cosigners = new Map<string, Signer>();
  const validators: Validator[] = [];
  for (const [name, stake] of Object.entries(members)) {
    const number = new DataView(sha256(utf8(name)).slice().buffer).getUint32(0);
    const cosigner = await signerFrom(number);
    const consensus = await signerFrom(number + 0.5);
    cosigners.set(name, cosigner);
    validators.push({
      ...{ name, organisation: `Bank of the ${name}`, operator: `Bank of the ${name}` },
      ...{ consensusKey: consensus.publicKey, cosignerKey: cosigner.publicKey, stake },
    });
  }
  return { validators, cosigners, log: await signerFrom(900_000 + epoch) };
}

type Block = {
  readonly height: bigint;
  readonly epoch: number;
  readonly headerIndex: bigint;
  readonly size: bigint;
  readonly map: StateMap;
};

export type EpochLog = {
  readonly anchor: Anchor;
  /** The set of an epoch, from 1. */
  readonly council: (epoch: number) => EpochCouncil;
  readonly leaves: readonly Uint8Array[];
  readonly nodeAt: NodeAt;
  readonly blocks: readonly Block[];
  /** The last block of an epoch. */
  readonly sealing: (epoch: number) => Block;
  /** The handovers from epoch 1 on, `count` of them. */
  readonly handovers: (count: number) => readonly string[];
  readonly note: (
    size: bigint,
    by: EpochCouncil,
    signing?: readonly string[],
  ) => Promise<SignedCheckpoint>;
  readonly tlogProof: (index: bigint, size: bigint, by: EpochCouncil) => Promise<string>;
  readonly consistency: (older: bigint, newer: bigint) => Promise<string>;
  /** What the state says of a fingerprint at a height, under the checkpoint of the last block. */
  readonly stateProof: (id: Uint8Array, height: bigint, type?: StateType) => Promise<string>;
  /** The epoch whose set answers for a size. */
  readonly epochOf: (size: bigint) => number;
};

/** A fingerprint's token by its number. Blocks reserve number 1 in block 1, 2 in block 2, and so on; block h finances h − 1. */
export function token(number: number): Uint8Array {
  return sha256(utf8(`invoice ${number}`));
}

/** A log with as many epochs as there are sets, `blocksPerEpoch` blocks each, three acts a block. */
export async function epochLog(
  sets: readonly Members[] = threeSets,
  blocksPerEpoch = 4,
): Promise<EpochLog> {
  const councils = await Promise.all(sets.map((set, order) => epochCouncil(set, order + 1)));
  const council = (epoch: number) => itemOf(councils, epoch - 1);
  const leaves: Uint8Array[] = [];
  const nodes = new Map<string, Uint8Array>();
  let frontier = emptyFrontier;
  const append = (leaf: Uint8Array): void => {
    const grown = appendLeaves(frontier, [leafHash(leaf)]);
    ({ frontier } = grown);
    for (const node of grown.nodes) nodes.set(`${node.level}/${node.index}`, node.hash);
    leaves.push(leaf);
  };
  const nodeAt: NodeAt = (level, index) => {
    const hash = nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new RangeError(`no node ${level}/${index}`);
    return hash;
  };
  const note = async (
    size: bigint,
    by: EpochCouncil,
    signing: readonly string[] = by.validators.map(({ name }) => name),
  ): Promise<SignedCheckpoint> => {
    const checkpoint = { origin: epochsOrigin, size, root: rootAt(size, nodeAt) };
    const body = checkpointBody(checkpoint);
    const cosignatures = await Promise.all(
      signing.map(async (name) => {
        const signer = by.cosigners.get(name);
        if (signer === undefined) throw new RangeError(`${name} has no key`);
        const signature = await signer.sign(cosigningBytes(timeSeconds, body));
        const keyId = noteKeyId(name, cosignerKeyType, signer.publicKey);
        return { name, keyId, value: Uint8Array.from([...u64be(timeSeconds), ...signature]) };
      }),
    );
    const keyId = noteKeyId(epochsOrigin, logKeyType, by.log.publicKey);
    const value = await by.log.sign(logSigningBytes(body));
    return {
      checkpoint,
      logLine: { name: epochsOrigin, keyId, value },
      cosignatures: cosignatures.sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  };
  const tlogProof = async (index: bigint, size: bigint, by: EpochCouncil): Promise<string> =>
    encodeTlogProof({
      ...{ leaf: itemOf(leaves, Number(index)), index },
      hashes: inclusionProof(index, size, nodeAt),
      ...(await note(size, by)),
    });

  const blocks: Block[] = [];
  const handovers: string[] = [];
  let previousHandover: Uint8Array = new Uint8Array(32);
  let map = emptyMap;
  for (let epoch = 1; epoch <= sets.length; epoch += 1) {
    for (let order = 1; order <= blocksPerEpoch; order += 1) {
      const height = blocks.length + 1;
      const firstIndex = BigInt(leaves.length);
      for (let act = 0; act < 3; act += 1) {
        const actHash = sha256(utf8(`act ${height} ${act}`));
        append(
          encodeEntry({
            ...{ channel: epochsChannel, actHash, refusal: null },
            effects: wholeEffects({}),
          }),
        );
      }
      map = putInto(map, placeOf('fingerprint', epochsChannel, token(height)), Uint8Array.of(1));
      if (height > 1) {
        const place = placeOf('fingerprint', epochsChannel, token(height - 1));
        map = putInto(map, place, Uint8Array.of(2));
      }
      const next = order === blocksPerEpoch ? councils[epoch] : undefined;
      const handoverIndex = BigInt(leaves.length);
      if (next !== undefined) {
        const leaf = encodeHandoverLeaf({
          ...{ origin: epochsOrigin, chainId: epochsChainId, epoch: BigInt(epoch + 1) },
          ...{ validators: next.validators, logKey: next.log.publicKey, previousHandover },
        });
        previousHandover = leafHash(leaf);
        append(leaf);
      }
      append(
        encodeHeaderLeaf({
          ...{ chainId: epochsChainId, height: BigInt(height), epoch: BigInt(epoch) },
          ...{ view: BigInt(order), timeMs: 1_790_000_000_000n + BigInt(height) },
          ...{ parentDigest: sha256(utf8(`block ${height - 1}`)), firstIndex, entryCount: 3n },
          stateRoot: rootOf(map),
          validatorSetHash: validatorSetHash(council(epoch).validators),
        }),
      );
      const size = BigInt(leaves.length);
      blocks.push({ height: BigInt(height), epoch, headerIndex: size - 1n, size, map });
      if (next !== undefined) {
        handovers.push(await tlogProof(handoverIndex, size, council(epoch)));
      }
    }
  }
  const last = itemOf(blocks, blocks.length - 1);
  const epochOf = (size: bigint): number =>
    blocks.find((block) => size <= block.size)?.epoch ?? sets.length;
  const first = council(1);

  return {
    anchor: {
      ...{ origin: epochsOrigin, chainId: epochsChainId, epoch: 1n, firstSize: 0n },
      ...{ validators: first.validators, founders: [], issuedAtMs: 1_780_000_000_000n },
      logKey: first.log.publicKey,
    },
    ...{ council, leaves, nodeAt, blocks, note, tlogProof, epochOf },
    sealing: (epoch) => itemOf(blocks, epoch * blocksPerEpoch - 1),
    handovers: (count) => handovers.slice(0, count),
    consistency: async (older, newer) =>
      encodeConsistencyProof({
        hashes: consistencyProof(older, newer, nodeAt),
        older: await note(older, council(epochOf(older))),
        newer: await note(newer, council(epochOf(newer))),
        handovers: handovers.slice(0, epochOf(newer) - 1),
      }),
    stateProof: async (id, height, type = 'fingerprint') => {
      const block = itemOf(blocks, Number(height) - 1);
      const place = placeOf(type, epochsChannel, id);
      const by = council(epochOf(last.size));
      return encodeStateProof({
        name: { type, channel: epochsChannel, id },
        value: getFrom(block.map, place)?.slice() ?? null,
        path: proveIn(block.map, place),
        handovers: handovers.slice(0, sets.length - 1),
        header: {
          ...{ leaf: itemOf(leaves, Number(block.headerIndex)), index: block.headerIndex },
          hashes: inclusionProof(block.headerIndex, last.size, nodeAt),
          ...(await note(last.size, by)),
        },
      });
    },
  };
}
