/**
 * The `.tlog-proof` file: one leaf is in the log that a checkpoint describes.
 *
 *   c2sp.org/tlog-proof@v1
 *   extra <base64>                     the leaf itself, where the file stands alone
 *   index <decimal>
 *   <base64 hash> …                    lowest first
 *   (empty line)
 *   <checkpoint body>
 *   (empty line)
 *   <log line>
 *   <cosignature line> …               in the order of the cosigners' names, each once
 *
 * Parsing is strict, and `extra` is nothing but the leaf that the hashes prove, so
 * every octet of the file is bound by a hash or a signature.
 *
 * Pure.
 */
import { limits } from '../act/limits.ts';
import { base64, fromBase64 } from '../crypto/digest.ts';
import { NoteError, parseCheckpointBody, parseDecimal } from './checkpoint.ts';
import { encodeNote, parseSignatures, type SignedCheckpoint } from './note.ts';
import { type Said, SaidError, said } from './said.ts';

export type TlogProof = SignedCheckpoint & {
  /** The leaf, when the file carries it. */
  readonly leaf: Uint8Array | null;
  readonly index: bigint;
  readonly hashes: readonly Uint8Array[];
};

/** Where a proof file breaks its form: in its hashes, its checkpoint or its signatures. */
export class ProofError extends SaidError {
  override readonly name = 'ProofError';
  readonly step: 'leaf' | 'inclusion' | 'checkpoint' | 'signatures';

  constructor(step: ProofError['step'], why: Said) {
    super(why);
    this.step = step;
  }
}

/** How the file begins. */
export const tlogProofFormat = 'c2sp.org/tlog-proof@v1';

/** The file. Cosignatures may come in any order and are written in that of their names. */
export function encodeTlogProof(proof: TlogProof): string {
  const { leaf, index, hashes } = proof;
  return [
    `${tlogProofFormat}\n`,
    leaf === null ? '' : `extra ${base64(leaf)}\n`,
    `index ${index}\n`,
    ...hashes.map((hash) => `${base64(hash)}\n`),
    '\n',
    encodeNote(proof),
  ].join('');
}

/** The proof that `text` is. Throws ProofError for every other text; signatures are not judged here. */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > limits.proofCharactersMax) throw new ProofError('leaf', said('file.long', {}));
  const [head = '', body, notes, ...rest] = text.split('\n\n');
  if (body === undefined) throw new ProofError('checkpoint', said('file.checkpoint', {}));
  if (notes === undefined) throw new ProofError('signatures', said('file.signatures', {}));
  if (rest.length > 0) throw new ProofError('signatures', said('file.parts', {}));
  const proof = {
    ...parseHead(head.split('\n')),
    checkpoint: within('checkpoint', () => parseCheckpointBody(`${body}\n`)),
    ...within('signatures', () => parseSignatures(notes)),
  };
  if (encodeTlogProof(proof) !== text) {
    throw new ProofError('signatures', said('file.canonical', {}));
  }
  return proof;
}

function parseHead(lines: readonly string[]): Pick<TlogProof, 'leaf' | 'index' | 'hashes'> {
  const [first, ...rest] = lines;
  if (first !== tlogProofFormat)
    throw new ProofError('leaf', said('file.begins', { format: tlogProofFormat }));
  const carries = rest[0]?.startsWith('extra ') === true;
  const leaf = carries ? fromBase64(rest[0]?.slice('extra '.length) ?? '') : null;
  if (leaf === undefined) throw new ProofError('leaf', said('leaf.base64', {}));
  const [indexLine = '', ...hashLines] = carries ? rest.slice(1) : rest;
  if (!indexLine.startsWith('index ')) throw new ProofError('inclusion', said('file.index', {}));
  const index = within('inclusion', () => parseDecimal(indexLine.slice('index '.length)));
  if (hashLines.length > 63) throw new ProofError('inclusion', said('file.hashes', { max: 63 }));
  const hashes = hashLines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw new ProofError('inclusion', said('file.hash', {}));
    return hash;
  });
  return { leaf, index, hashes };
}

function within<T>(step: ProofError['step'], parse: () => T): T {
  try {
    return parse();
  } catch (fault) {
    if (fault instanceof NoteError)
      throw new ProofError(step, said('form.note', { rule: fault.message }));
    throw fault;
  }
}
