/**
 * A checkpoint: the size and root of the log, and the note that carries it.
 *
 *   body   origin "\n" decimal(size) "\n" base64(root) "\n"          no extension lines
 *   line   "— " name " " base64(keyId ‖ signature) "\n"              U+2014
 *   keyId  SHA256(name ‖ "\n" ‖ type ‖ publicKey)[0..4)              type 1 log key, 4 cosigner
 *
 * The forms are C2SP's signed-note and tlog-checkpoint. Parsing is strict: a text
 * is accepted only when these same functions would have written it.
 *
 * Pure.
 */
import { limits } from '../act/limits.ts';
import {
  base64,
  concat,
  equalBytes,
  fromBase64,
  fromHex,
  hex,
  sha256,
  utf8,
} from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { logSigningBytes } from '../crypto/signature.ts';

export type Checkpoint = {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
};

/** A part of a proof that is not what it must be; the message names the part and the rule. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}

export const logKeyType = 1;
export const cosignerKeyType = 4;
export type KeyType = typeof logKeyType | typeof cosignerKeyType;

/** A name that may stand in a note: no white space, no plus, not empty. */
export function isNoteName(name: string): boolean {
  return /^[^\s+\p{C}\p{Z}]+$/u.test(name) && name.length <= limits.nameCharactersMax;
}

export function checkpointBody({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** The checkpoint that `body` is; throws NoteError for any other text. */
export function parseCheckpointBody(body: string): Checkpoint {
  const [origin, size, root, rest, ...more] = body.split('\n');
  if (origin === undefined || size === undefined || root === undefined) {
    throw new NoteError('a checkpoint has three lines');
  }
  if (rest !== '' || more.length > 0) throw new NoteError('a checkpoint has exactly three lines');
  if (!isNoteName(origin)) throw new NoteError('the origin is a name without spaces');
  const hash = fromBase64(root);
  if (hash?.length !== 32) throw new NoteError('the root is the base64 of 32 octets');
  return { origin, size: parseDecimal(size), root: hash };
}

/** A decimal number below 2^63 without sign and leading zeros. */
export function parseDecimal(text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) >= 2n ** 63n) {
    throw new NoteError('a number is decimal, below 2^63, without leading zeros');
  }
  return BigInt(text);
}

export function noteKeyId(name: string, type: KeyType, publicKey: Uint8Array): Uint8Array {
  return sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey).slice(0, 4);
}

/** The public key with its name, as other programs take it: name "+" hex(keyId) "+" base64(type ‖ key). */
export function verifierKey(name: string, type: KeyType, publicKey: Uint8Array): string {
  const keyId = hex(noteKeyId(name, type, publicKey));
  return `${name}+${keyId}+${base64(concat(Uint8Array.of(type), publicKey))}`;
}

export type VerifierKey = {
  readonly name: string;
  readonly type: KeyType;
  readonly publicKey: Uint8Array;
};

export function parseVerifierKey(text: string): VerifierKey {
  const [name = '', keyId = '', ...encoded] = text.split('+');
  const bytes = fromBase64(encoded.join('+'));
  const type = bytes?.[0];
  if (bytes?.length !== 33 || (type !== logKeyType && type !== cosignerKeyType)) {
    throw new NoteError('a verifier key holds a type and 32 octets');
  }
  const publicKey = bytes.slice(1);
  const expected = noteKeyId(name, type, publicKey);
  if (!isNoteName(name) || !equalBytes(fromHex(keyId) ?? bytes, expected)) {
    throw new NoteError('the id of a verifier key fits its name and key');
  }
  return { name, type, publicKey };
}

/** One signature line of a note: who, and what stands behind the dash. */
export type NoteLine = {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** Everything behind the key id: a signature, or a time and a signature. */
  readonly value: Uint8Array;
};

export function noteLine({ name, keyId, value }: NoteLine): string {
  return `— ${name} ${base64(concat(keyId, value))}\n`;
}

/** The signature line that `line` (without its line feed) is. */
export function parseNoteLine(line: string): NoteLine {
  const [dash, name = '', encoded = '', ...rest] = line.split(' ');
  const bytes = fromBase64(encoded);
  if (dash !== '—' || rest.length > 0 || !isNoteName(name)) {
    throw new NoteError('a signature line is a dash, a name and a signature');
  }
  if (bytes === undefined || bytes.length <= 4) throw new NoteError('a signature is base64');
  return { name, keyId: bytes.slice(0, 4), value: bytes.slice(4) };
}

/** The operator's own line. It has no weight in any verdict, but C2SP asks for it. */
export function logLine(origin: string, publicKey: Uint8Array, signature: Uint8Array): string {
  return noteLine({
    name: origin,
    keyId: noteKeyId(origin, logKeyType, publicKey),
    value: signature,
  });
}

/** Whether `line` is the log's valid signature over this checkpoint. */
export function verifyLogLine(
  line: NoteLine,
  checkpoint: Checkpoint,
  publicKey: Uint8Array,
): boolean {
  const { origin } = checkpoint;
  return (
    line.name === origin &&
    line.value.length === 64 &&
    equalBytes(line.keyId, noteKeyId(origin, logKeyType, publicKey)) &&
    verifyEd25519(publicKey, logSigningBytes(checkpointBody(checkpoint)), line.value)
  );
}
