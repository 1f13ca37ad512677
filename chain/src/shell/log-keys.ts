/**
 * The private keys of the log that a home holds: the first in `log.key`, later ones in `log-keys/<public key>.key`.
 *
 * Which one signs is the chain's word: that of the epoch a checkpoint belongs to. A new key is made before
 * it is proposed and lies here until an epoch begins with it; a retired one goes on to sign the checkpoints
 * of its own epochs, and nothing else. None of them has a weight in any verdict.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import type { LogKeyOffer } from '../client.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import { logKeySigningBytes } from '../crypto/signature.ts';
import { type FileSystem, readWhole, replaceFile } from './files.ts';
import { newKey, publicHalf } from './genesis.ts';
import { signBytes } from './signer.ts';

/** The private half of a key of the log; null where it is not on this machine. */
export type LogKeys = (publicKey: Uint8Array) => KeyObject | null;

/** A home has the log's keys or it has none: whoever has none makes none. */
export function holdsLogKeys(files: FileSystem, home: string): boolean {
  return files.exists(path.join(home, 'log.key')) || files.exists(keysFolder(home));
}

export function openLogKeys(files: FileSystem, home: string): LogKeys {
  const known = new Map<string, KeyObject>();
  const read = (file: string, publicKey: Uint8Array): KeyObject | null => {
    const der = readWhole(files, file);
    if (der === undefined) return null;
    const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    return equalBytes(publicHalf(key), publicKey) ? key : null;
  };
  return (publicKey) => {
    const name = hex(publicKey);
    const found =
      known.get(name) ??
      read(path.join(home, 'log.key'), publicKey) ??
      read(keyPath(home, publicKey), publicKey);
    if (found !== null) known.set(name, found);
    return found;
  };
}

/**
 * A key for the log that has never signed: the one that was made last, where no epoch has begun with it, else a
 * new one. `isUsed` tells which keys the log has, or had. Asked twice before it is proposed, it is the same.
 */
export async function offerLogKey(
  files: FileSystem,
  home: string,
  chainId: Uint8Array,
  isUsed: (publicKey: Uint8Array) => boolean,
): Promise<LogKeyOffer> {
  files.makeFolder(keysFolder(home));
  await files.dirsync(home);
  const last = path.join(keysFolder(home), 'last.pub');
  const known = readWhole(files, last);
  const isFresh = known?.length === 32 && !isUsed(known) && files.exists(keyPath(home, known));
  const logKey = isFresh ? known : await makeKey(files, home);
  if (!isFresh) await replaceFile(files, last, logKey);
  const key = openLogKeys(files, home)(logKey);
  if (key === null) throw new RangeError(`${keyPath(home, logKey)} is not the key of its name`);
  return { logKey, signature: signBytes(key, logKeySigningBytes(chainId, logKey)) };
}

/** A file that bears the name of its key: it is written under another name first. */
async function makeKey(files: FileSystem, home: string): Promise<Uint8Array> {
  const draft = path.join(keysFolder(home), 'draft.key');
  const made = await newKey(files, draft);
  await replaceFile(files, keyPath(home, made), readWhole(files, draft) ?? new Uint8Array());
  files.unlink(draft);
  return made;
}

function keysFolder(home: string): string {
  return path.join(home, 'log-keys');
}

function keyPath(home: string, publicKey: Uint8Array): string {
  return path.join(keysFolder(home), `${hex(publicKey)}.key`);
}
