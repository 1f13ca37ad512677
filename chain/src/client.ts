/**
 * What a program holds of a chain: submit, follow, prove, and look at its health.
 *
 * One contract for every engine (four validators in this process, or validators
 * elsewhere), so that a caller never knows which one it speaks to. Submitting an
 * act twice is the same as submitting it once. Blocks arrive in height order,
 * each once, and only when they are final; a final block never changes.
 */
import type { Anchor } from './log/anchor.ts';
import type { SignedCheckpoint } from './log/note.ts';
import type { StateName } from './log/state.ts';

/** The act header's bytes as they were signed, and the actor's signature over them. */
export type SignedEntry = { readonly header: Uint8Array; readonly signature: Uint8Array };

/** What the chain decided: the act holds, or it lost a contest and stands there as refused. */
export type EntryOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: string };

export type FinalEntry = {
  readonly actHash: Uint8Array;
  /** The position of the act's leaf in the log, from zero. */
  readonly index: bigint;
  readonly outcome: EntryOutcome;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
};

export type FinalBlock = {
  /** The first block has height 1. */
  readonly height: bigint;
  readonly epoch: bigint;
  readonly view: bigint;
  /** Chain time: real, monotone, agreed; milliseconds since 1970. */
  readonly timeMs: bigint;
  readonly digest: Uint8Array;
  readonly firstIndex: bigint;
  readonly entries: readonly FinalEntry[];
  /** The position of the block-header leaf, the last leaf of the block. */
  readonly headerIndex: bigint;
  /** The size of the log after this block, and its root. */
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** True when cosignatures of more than two thirds of the stake are stored for this size. */
  readonly cosigned: boolean;
};

/**
 * waiting     taken in; it will be in a block
 * known       already waiting or already in the chain; nothing was done
 * malformed   can never be in a block as it is; the reason is a stable code
 */
export type SubmitResult =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'known' }
  | { readonly kind: 'malformed'; readonly reason: MalformedReason };

/**
 * ACT_MALFORMED       the header is not what the codec allows
 * CHAIN_MISMATCH      it was signed for another chain
 * SIGNATURE_INVALID   the signature is not by the key that the header names
 * KEY_UNKNOWN         no such key is registered in that channel
 * KEY_REVOKED         the key was revoked at an earlier position
 * SEQUENCE_STALE      the sequence number, or the act before, is already another act
 * SEQUENCE_AHEAD      an act before it is missing
 * KEY_UNAUTHORISED    the signing key may not add or revoke that key
 * EFFECT_MALFORMED    its public effects contradict themselves or the rules of the state
 * MEMPOOL_FULL        too much waits; the same entry may be sent again later
 */
export type MalformedReason =
  | 'ACT_MALFORMED'
  | 'CHAIN_MISMATCH'
  | 'SIGNATURE_INVALID'
  | 'KEY_UNKNOWN'
  | 'KEY_REVOKED'
  | 'SEQUENCE_STALE'
  | 'SEQUENCE_AHEAD'
  | 'KEY_UNAUTHORISED'
  | 'EFFECT_MALFORMED'
  | 'MEMPOOL_FULL';

export type ValidatorStatus = {
  readonly name: string;
  readonly organisation: string;
  readonly stake: bigint;
  readonly running: boolean;
  /** Octets that it has in the log of this process; null for one that runs elsewhere, of which nobody here can know. */
  readonly walBytes: number | null;
};

/** A change that waits for the end of an epoch. */
export type PendingChange = {
  /** The hash of the act that proposed it, in hex; a veto, a consent and a readiness name it by this. */
  readonly id: string;
  readonly op: 'admit' | 'remove' | 'weigh' | 'set' | 'rotate';
  readonly validator: string | null;
  /** Of the validator to be admitted. */
  readonly organisation: string | null;
  readonly stake: bigint | null;
  readonly parameter: string | null;
  readonly value: bigint | null;
  /** The log's key from then on. */
  readonly logKey: Uint8Array | null;
  /** Chain time. */
  readonly proposedMs: bigint;
  readonly dueMs: bigint;
  /** False while the validator to be admitted has not said that it is there. */
  readonly ready: boolean;
  readonly needsApproval: boolean;
  readonly approvals: readonly string[];
  readonly approvedStake: bigint;
  /** Nothing is missing any more: the epoch ends. */
  readonly effective: boolean;
};

/** Who votes, by which parameters, and what is decided about it; as after the last final block. */
export type NetworkStatus = {
  readonly epoch: bigint;
  readonly firstHeight: bigint;
  /** The log's key now. It has no weight in any verdict. */
  readonly logKey: Uint8Array;
  /** stage, epochBlocks, timeLockMs, evidenceMs, unbondingMs, slashBps, membersMin. */
  readonly parameters: Readonly<Record<string, bigint>>;
  readonly members: readonly {
    readonly name: string;
    readonly organisation: string;
    readonly operator: string;
    readonly stake: bigint;
    readonly jailed: boolean;
  }[];
  readonly pending: readonly PendingChange[];
  /** Stake that no longer votes and can still be slashed. */
  readonly unbonding: readonly {
    readonly name: string;
    readonly stake: bigint;
    readonly untilMs: bigint;
  }[];
  /** Evidence is in the log; the epoch's end judges. */
  readonly accused: readonly { readonly name: string; readonly epoch: bigint }[];
  /** Stake ever bonded, lost by slashing, and given back. */
  readonly bonded: bigint;
  readonly slashed: bigint;
  readonly released: bigint;
};

/** Two signatures by one validator that break a rule together, as they stand in the log. */
export type SeenEvidence = {
  readonly name: string;
  readonly organisation: string;
  /** In which it signed them. */
  readonly epoch: bigint;
  readonly rule:
    | 'doublePropose'
    | 'doubleNotarize'
    | 'doubleFinalize'
    | 'nullifyAndFinalize'
    | 'doubleCosign';
  readonly height: bigint;
  /** Of its leaf. */
  readonly index: bigint;
  /** Chain time. */
  readonly timeMs: bigint;
};

export type ChainStatus = {
  /** The height of the last final block; 0 before the first. */
  readonly height: bigint;
  /** The size of the log. */
  readonly size: bigint;
  /** The epoch that an act signed now names. */
  readonly epoch: bigint;
  /** The highest view that a running validator is in. */
  readonly view: bigint;
  /** Those who vote in this epoch. */
  readonly validators: readonly ValidatorStatus[];
  readonly network: NetworkStatus;
  /** Octets of the write-ahead log of this process. */
  readonly walBytes: number;
  /** How many entries wait for a block. */
  readonly mempool: number;
  /** When the last block became final, by this process's clock; null when none did since the start. */
  readonly lastFinalMs: bigint | null;
};

/** All that a proof of one leaf is made of. Binary parts; the text forms are of `log/proof.ts`. */
export type InclusionParts = {
  readonly index: bigint;
  /** The leaf's own bytes; its hash is SHA256(0x00 ‖ leaf). */
  readonly leaf: Uint8Array;
  /** The audit path, from the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  readonly size: bigint;
  readonly root: Uint8Array;
  /** The height of the block whose checkpoint this is. */
  readonly height: bigint;
  /** origin, size and root: three lines, each ended by a line feed. */
  readonly checkpointBody: string;
  /** The log's own signature line, with its line feed. */
  readonly logLine: string;
  /** One line per validator that cosigned this size, each with its line feed. */
  readonly cosignatureLines: readonly string[];
};

/**
 * The log as anyone may read it. Nothing here is secret: leaves hold hashes and tokens, no value of the
 * trade. No answer costs more because the log is longer; what is beyond the newest cosigned checkpoint, or
 * is no block's size, is refused with a RangeError.
 */
export type LogReader = {
  /** The newest checkpoint with cosignatures of a quorum, or the one of `size`; with every cosignature at hand. */
  checkpoint(size?: bigint): Promise<SignedCheckpoint>;
  /** `count` hashes of whole subtrees of 2^level leaves, from the `first` on, one behind the other. */
  nodes(level: number, first: bigint, count: number): Promise<Uint8Array>;
  /** How many octets each of `count` leaves has, from the `first` on. */
  leafLengths(first: bigint, count: number): Promise<readonly number[]>;
  leaf(index: bigint): Promise<Uint8Array>;
  /** The hashes that show the log of `size1` to be the beginning of that of `size2`. */
  consistency(size1: bigint, size2: bigint): Promise<readonly Uint8Array[]>;
  /**
   * The `.tlog-proof` files of the handovers that lead from the first epoch to the newest checkpoint, or to
   * that of `size`; each with its leaf, oldest first.
   */
  handovers(size?: bigint): Promise<readonly string[]>;
  /**
   * The state proof file: what the state says about `name` at the newest cosigned height, or at a `height`
   * among the last few.
   */
  stateProof(name: StateName, height?: bigint): Promise<string>;
};

export type ValidatorPublicKeys = {
  readonly consensusKey: Uint8Array;
  readonly cosignerKey: Uint8Array;
};

export type Readiness = {
  readonly consensusSignature: Uint8Array;
  readonly cosignerSignature: Uint8Array;
};

/** What a change of the log's key carries: the new key, and that somebody holds it. */
export type LogKeyOffer = { readonly logKey: Uint8Array; readonly signature: Uint8Array };

export type ChainClient = {
  readonly chainId: Uint8Array;
  readonly origin: string;
  /** Takes acts in. The results stand in the order of the entries. */
  submit(entries: readonly SignedEntry[]): Promise<readonly SubmitResult[]>;
  /** Final blocks from `height` on: the stored ones, then the new ones; no gap, no repeat. Ends when aborted or stopped. */
  blocksFrom(height: bigint, signal: AbortSignal): AsyncIterable<FinalBlock>;
  status(): ChainStatus;
  /** Throws a RangeError when the leaf is not under a cosigned checkpoint (yet), or `size` is no block's size. */
  inclusion(index: bigint, size?: bigint): Promise<InclusionParts>;
  /** The `.tlog-proof` file of a leaf, under the latest cosigned checkpoint. */
  tlogProof(index: bigint): Promise<string>;
  readonly log: LogReader;
  /** What an offline verifier starts from. */
  anchor(): Promise<Anchor>;
  /** Test and operations: unloads the validator's key; no input reaches it, it writes nothing. Stopping twice is stopping once. */
  stopValidator(name: string): Promise<void>;
  /** Restarts it from what it wrote. */
  startValidator(name: string): Promise<void>;
  /**
   * Takes in proof of a broken signing rule, in the bytes of an evidence leaf, from whoever has it. Refused when
   * it proves nothing, or its validator is accused for that epoch already.
   */
  reportEvidence(leaf: Uint8Array): Promise<'waiting' | 'refused'>;
  /** The evidence that the last epochs ended with, newest first. */
  evidence(): Promise<readonly SeenEvidence[]>;
  /** The keys of a validator that shall run here, made when they are not there yet: what a change admits. */
  makeValidator(name: string): Promise<ValidatorPublicKeys>;
  /** A key of the log that has never signed, made when there is none; RangeError where the log is kept elsewhere. */
  makeLogKey(): Promise<LogKeyOffer>;
  /** "I am here": both keys of a validator of this machine sign for the change that admits it. */
  readiness(name: string, change: Uint8Array): Promise<Readiness>;
  /** A validator of this machine agrees to a change. */
  approval(name: string, change: Uint8Array): Promise<Uint8Array>;
  /** Where an act stands in the log, or null. */
  find(actHash: Uint8Array): Promise<bigint | null>;
  stop(): Promise<void>;
};
