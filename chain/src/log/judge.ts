/**
 * Who vouches for a checkpoint, and with what weight.
 *
 * From the anchor the judge walks the handovers: each is proven by the checkpoint
 * that ends its epoch, signed by the set that it retires. A checkpoint is judged
 * only by the epoch whose range of sizes holds it, so that retired keys say
 * nothing about later sizes.
 *
 * Pure.
 */
import { equalBytes, hex } from '../crypto/digest.ts';
import type { Anchor } from './anchor.ts';
import type { Checkpoint, NoteLine } from './checkpoint.ts';
import { logKeyType, noteKeyId, verifyLogLine } from './checkpoint.ts';
import { verifiedCosignature } from './cosignature.ts';
import { decodeHandoverLeaf } from './handover.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import type { Validator } from './policy.ts';
import { isQuorum, stakeOf } from './policy.ts';
import type { TlogProof } from './proof.ts';
import { parseTlogProof } from './proof.ts';
import { SaidError, said } from './said.ts';

/** The set that answers for the sizes from `firstSize` on, until it hands over. */
export type Reign = {
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  readonly logKey: Uint8Array;
  readonly firstSize: bigint;
  /** Who vouched for the handover that began it; none for the anchor's own. */
  readonly vouched?: Support;
};

/** Those whose signatures stand under a checkpoint. */
export type Support = {
  readonly signers: readonly Validator[];
  readonly weight: bigint;
  readonly total: bigint;
  readonly isQuorum: boolean;
  /** The latest time at which a cosigner signed, in seconds. */
  readonly signedAt: bigint;
};

/** What does not hold; it names the part and the rule. */
export class JudgeError extends SaidError {
  override readonly name = 'JudgeError';
}

/**
 * The reigns from the anchor's through `handovers` (each a proof file that carries its leaf). Refuses
 * a handover that does not follow the one before, or is not vouched for by the set that it retires.
 */
export function reignsFrom(
  anchor: Anchor,
  handovers: readonly string[],
): readonly [...Reign[], Reign] {
  const reigns: Reign[] = [];
  let reign: Reign = anchor;
  const isFirst = anchor.epoch === 0n || anchor.firstSize === 0n;
  let previous: Uint8Array | undefined = isFirst ? new Uint8Array(32) : undefined;
  for (const text of handovers) {
    const proof = parseTlogProof(text);
    const next = handedOver(anchor, reign, proof, previous);
    previous = leafHash(proof.leaf ?? new Uint8Array());
    reigns.push(reign);
    reign = next;
  }
  return [...reigns, reign];
}

/**
 * The reigns from the anchor's to the one that answers for the checkpoint, which is the last. Refuses
 * a handover that is not needed, too.
 */
export function reignsUntil(
  anchor: Anchor,
  handovers: readonly string[],
  checkpoint: Checkpoint,
): readonly [...Reign[], Reign] {
  const reigns = reignsFrom(anchor, handovers);
  const last = reignOf(reigns, checkpoint.size);
  if (last !== reigns.at(-1)) {
    const begun = reigns.at(-1) ?? anchor;
    throw new JudgeError(
      said('epoch.before', {
        size: checkpoint.size,
        epoch: begun.epoch,
        firstSize: begun.firstSize,
      }),
    );
  }
  return reigns;
}

/** Of handovers that stand in a file of their own, those that lead from the anchor to a checkpoint of `size`. */
export function handoversBetween(
  anchor: Anchor,
  handovers: readonly string[],
  size: bigint,
): readonly string[] {
  return handovers.filter((text) => {
    const { leaf, checkpoint } = parseTlogProof(text);
    const isLater = leaf === null || decodeHandoverLeaf(leaf).epoch > anchor.epoch;
    return isLater && checkpoint.size < size;
  });
}

/** The reign whose range of sizes holds `size`; undefined before the first. */
export function reignOf(reigns: readonly Reign[], size: bigint): Reign | undefined {
  return reigns.findLast(({ firstSize }) => firstSize <= size);
}

/**
 * Checks every signature under a checkpoint. Refuses an unknown name, an invalid
 * signature and a missing log line: a proof holds nothing that nobody vouches for.
 */
export function supportOf(
  checkpoint: Checkpoint,
  logLine: NoteLine,
  cosignatures: readonly NoteLine[],
  reign: Pick<Reign, 'validators' | 'logKey'>,
): Support {
  const expected = noteKeyId(checkpoint.origin, logKeyType, reign.logKey);
  if (!equalBytes(logLine.keyId, expected)) {
    const seen = hex(logLine.keyId);
    throw new JudgeError(said('signatures.logKey', { seen, expected: hex(expected) }));
  }
  if (!verifyLogLine(logLine, checkpoint, reign.logKey)) {
    throw new JudgeError(said('signatures.log', {}));
  }
  const signed = cosignatures.map((line) => {
    const validator = reign.validators.find(({ name }) => name === line.name);
    if (validator === undefined)
      throw new JudgeError(said('signatures.stranger', { name: line.name }));
    const cosignature = verifiedCosignature(line, checkpoint, validator);
    if (cosignature === undefined)
      throw new JudgeError(said('signatures.invalid', { name: line.name }));
    return { validator, timeSeconds: cosignature.timeSeconds };
  });
  const signers = signed.map(({ validator }) => validator);
  if (new Set(signers).size !== signers.length) throw new JudgeError(said('signatures.twice', {}));
  const weight = stakeOf(signers);
  const total = stakeOf(reign.validators);
  let signedAt = 0n;
  for (const { timeSeconds } of signed) if (timeSeconds > signedAt) signedAt = timeSeconds;
  return { signers, weight, total, isQuorum: isQuorum(weight, total), signedAt };
}

function handedOver(
  anchor: Anchor,
  reign: Reign,
  proof: TlogProof,
  previous: Uint8Array | undefined,
): Reign {
  const { leaf, index, hashes, checkpoint } = proof;
  const after = { epoch: reign.epoch };
  if (leaf === null) throw new JudgeError(said('handover.leaf', after));
  const handover = decodeHandoverLeaf(leaf);
  if (handover.epoch !== reign.epoch + 1n) throw new JudgeError(said('handover.order', after));
  if (checkpoint.origin !== anchor.origin || handover.origin !== anchor.origin) {
    throw new JudgeError(said('handover.log', after));
  }
  if (hex(handover.chainId) !== hex(anchor.chainId)) {
    throw new JudgeError(said('handover.chain', after));
  }
  if (previous !== undefined && hex(handover.previousHandover) !== hex(previous)) {
    throw new JudgeError(said('handover.previous', after));
  }
  const { size, root } = checkpoint;
  if (size !== index + 2n || size < reign.firstSize) {
    throw new JudgeError(said('handover.end', after));
  }
  if (!verifyInclusion({ leaf: leafHash(leaf), index, size, hashes, root })) {
    throw new JudgeError(said('handover.inclusion', after));
  }
  const support = supportOf(checkpoint, proof.logLine, proof.cosignatures, reign);
  if (!support.isQuorum) throw new JudgeError(said('handover.quorum', after));
  const { epoch, validators, logKey } = handover;
  return { epoch, validators, logKey, firstSize: size + 1n, vouched: support };
}
