/**
 * The consistency proof as a file: an older log is the beginning of a newer one, nothing was rewritten.
 *
 *   tallystick-consistency-proof/1
 *   <base64 hash> …                    in the order of RFC 6962 §2.1.2
 *   (empty line)
 *   the older checkpoint, a signed note
 *   (empty line)
 *   the newer checkpoint, a signed note
 *   (empty line, .tlog-proof) …        each handover since the anchor, with its leaf
 *
 * Parsing is strict, so every octet is bound by a hash or a signature.
 *
 * Pure. What the file says is judged in consistency-verdict.ts.
 */
import { limits } from '../act/limits.ts';
import { base64, fromBase64 } from '../crypto/digest.ts';
import { encodeNote, parseNote, type SignedCheckpoint } from './note.ts';
import { proofFiles } from './proof-files.ts';
import { said } from './said.ts';
import { StepError, within } from './step.ts';

export type ConsistencyProof = {
  readonly hashes: readonly Uint8Array[];
  readonly older: SignedCheckpoint;
  readonly newer: SignedCheckpoint;
  /** Proof files that carry their leaf, from the anchor's epoch onwards. */
  readonly handovers: readonly string[];
};

/** How the file begins. */
export const consistencyFormat = 'tallystick-consistency-proof/1';

export function encodeConsistencyProof(proof: ConsistencyProof): string {
  const { hashes, older, newer, handovers } = proof;
  const head = [consistencyFormat, ...hashes.map(base64)];
  return [`${head.join('\n')}\n`, encodeNote(older), encodeNote(newer), ...handovers].join('\n');
}

/** The proof that `text` is. Throws StepError for anything that encodeConsistencyProof would not have written. */
export function parseConsistencyProof(text: string): ConsistencyProof {
  if (text.length > limits.packCharactersMax) throw new StepError('leaf', said('file.long', {}));
  const [head = '', ...parts] = text.split('\n\n');
  const [format, ...lines] = head.split('\n');
  if (format !== consistencyFormat) {
    throw new StepError('leaf', said('file.begins', { format: consistencyFormat }));
  }
  if (lines.length > 64) throw new StepError('consistency', said('file.hashes', { max: 64 }));
  const noteAt = (at: number): SignedCheckpoint => {
    const note = parts.slice(at, at + 2).join('\n\n');
    return within('checkpoint', () => parseNote(at + 2 >= parts.length ? note : `${note}\n`));
  };
  const proof: ConsistencyProof = {
    hashes: lines.map((line) => {
      const hash = fromBase64(line);
      if (hash?.length !== 32) throw new StepError('consistency', said('file.hash', {}));
      return hash;
    }),
    older: noteAt(0),
    newer: noteAt(2),
    handovers: proofFiles(parts.slice(4)),
  };
  if (encodeConsistencyProof(proof) !== text) {
    throw new StepError('leaf', said('file.canonical', {}));
  }
  return proof;
}
