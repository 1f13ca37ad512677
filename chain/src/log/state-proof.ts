/**
 * The state proof: "this is in the state, with this value" or "this is not in it", at a height.
 *
 *   tallystick-state-proof/1
 *   type <key | group | fingerprint | note>
 *   channel <base64>
 *   id <base64>
 *   place <base64>                                    which follows from the three lines above
 *   value <base64>                                    it is in
 *   absent                                            it is not in: the path ends with nothing,
 *   absent beside <base64 place> <base64 value hash>  or with the leaf of another place
 *   <base64 hash> …                                   beside the path, from the root down
 *   (empty line)
 *   .tlog-proof …                                     each handover since the anchor, with its leaf,
 *   .tlog-proof                                       last the block header; an empty line between two
 *
 * The header leaf carries the root of the state after its block. Parsing is strict, so every octet is
 * bound by a hash or a signature; the place is there because one path may show several to be empty.
 *
 * Pure. What the file says is judged in verify.ts.
 */
import { limits } from '../act/limits.ts';
import { base64, fromBase64, sha256 } from '../crypto/digest.ts';
import { encodeTlogProof, parseTlogProof, type TlogProof } from './proof.ts';
import { proofFiles } from './proof-files.ts';
import { said } from './said.ts';
import {
  placeBits,
  placeOf,
  type StateName,
  type StatePath,
  type StateType,
  stateTypes,
} from './state.ts';
import { StepError, within } from './step.ts';

export type StateProof = {
  readonly name: StateName;
  /** What stands there; null when nothing does. */
  readonly value: Uint8Array | null;
  readonly path: StatePath;
  /** Proof files that carry their leaf, from the anchor's epoch onwards. */
  readonly handovers: readonly string[];
  /** Of the block header's leaf, which it carries. */
  readonly header: TlogProof;
};

/** How the file begins. */
export const stateProofFormat = 'tallystick-state-proof/1';

export function encodeStateProof({ name, value, path, handovers, header }: StateProof): string {
  const { siblings, leaf } = path;
  const absent =
    leaf === null ? 'absent' : `absent beside ${base64(leaf.key)} ${base64(leaf.valueHash)}`;
  const head = [
    stateProofFormat,
    `type ${name.type}`,
    `channel ${base64(name.channel)}`,
    `id ${base64(name.id)}`,
    `place ${base64(placeOf(name.type, name.channel, name.id))}`,
    value === null ? absent : `value ${base64(value)}`,
    ...siblings.map(base64),
  ];
  return [`${head.join('\n')}\n`, ...handovers, encodeTlogProof(header)].join('\n');
}

/** The state proof that `text` is. Throws StepError for anything that encodeStateProof would not have written. */
export function parseStateProof(text: string): StateProof {
  if (text.length > limits.packCharactersMax) throw new StepError('leaf', said('file.long', {}));
  const [head = '', ...rest] = text.split('\n\n');
  const proofs = proofFiles(rest);
  const last = proofs.at(-1);
  if (last === undefined) throw new StepError('checkpoint', said('file.checkpoint', {}));
  const proof: StateProof = {
    ...parseHead(head.split('\n')),
    handovers: proofs.slice(0, -1),
    header: within('checkpoint', () => parseTlogProof(last)),
  };
  if (encodeStateProof(proof) !== text) {
    throw new StepError('leaf', said('file.canonical', {}));
  }
  return proof;
}

function parseHead(lines: readonly string[]): Pick<StateProof, 'name' | 'value' | 'path'> {
  // The place is not read: it follows from the others, and the file is written again and compared.
  const [format, type = '', channel = '', id = '', _place, claim = '', ...hashes] = lines;
  if (format !== stateProofFormat) {
    throw new StepError('leaf', said('file.begins', { format: stateProofFormat }));
  }
  const word = after('type', type);
  if (!isStateType(word)) throw new StepError('leaf', said('leaf.type', {}));
  if (hashes.length > placeBits)
    throw new StepError('state', said('file.hashes', { max: placeBits }));
  const name = {
    type: word,
    channel: octets('leaf', after('channel', channel), 32),
    id: octets('leaf', after('id', id)),
  };
  const siblings = hashes.map((line) => octets('state', line, 32));
  return { name, ...parseClaim(name, claim, siblings) };
}

function parseClaim(
  name: StateName,
  claim: string,
  siblings: readonly Uint8Array[],
): Pick<StateProof, 'value' | 'path'> {
  if (claim === 'absent') return { value: null, path: { siblings, leaf: null } };
  if (claim.startsWith('absent beside ')) {
    const [key = '', valueHash = '', ...rest] = after('absent beside', claim).split(' ');
    if (rest.length > 0) throw new StepError('state', said('state.leaf', {}));
    const leaf = { key: octets('state', key, 32), valueHash: octets('state', valueHash, 32) };
    return { value: null, path: { siblings, leaf } };
  }
  const value = octets('state', after('value', claim));
  const leaf = { key: placeOf(name.type, name.channel, name.id), valueHash: sha256(value) };
  return { value, path: { siblings, leaf } };
}

function isStateType(word: string): word is StateType {
  return Object.hasOwn(stateTypes, word);
}

function after(word: string, line: string): string {
  if (!line.startsWith(`${word} `)) throw new StepError('leaf', said('file.line', { word }));
  return line.slice(word.length + 1);
}

function octets(step: 'leaf' | 'state', text: string, length?: number): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined || (length !== undefined && bytes.length !== length)) {
    throw new StepError(
      step,
      length === undefined ? said('file.base64', {}) : said('file.octets', { length }),
    );
  }
  return bytes;
}
