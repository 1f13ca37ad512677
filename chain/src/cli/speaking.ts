/**
 * One act about the network, from its fields to what the chain decided: signed with the key of a home, laid into
 * the tray of the process that runs there, and looked for in what that process has as final.
 */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEntry, keyIdOf } from '../act/act.ts';
import { bodyFromInput } from '../act/input.ts';
import { actFor } from '../act/sign.ts';
import { type KeyRecord, keyIn } from '../core/state.ts';
import { fromBase64url, hex } from '../crypto/digest.ts';
import { actSigningBytes } from '../crypto/signature.ts';
import { readActKey } from '../net/home.ts';
import { layIn } from '../net/tray.ts';
import { diskFiles, replaceFile } from '../shell/files.ts';
import { type Picture, takePicture } from '../shell/picture.ts';
import { signBytes } from '../shell/signer.ts';

/** How long the running process has to take an act in, and the network to decide, in ms. */
const trayMsMax = 10_000;
const decisionMsMax = 60_000;

/** How often the home is looked at meanwhile, in ms. */
const lookMs = 250;

/** What cannot be done, for the one who asked. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** As JSON has them (act/input.ts). */
export type Fields = Readonly<Record<string, string>>;
export type SpokenKind =
  | 'validator.admit'
  | 'validator.remove'
  | 'validator.weigh'
  | 'parameter.set'
  | 'change.cancel'
  | 'validator.ready'
  | 'change.approve'
  | 'log.rotate';

export type Spoken =
  | { readonly kind: 'accepted'; readonly actHash: Uint8Array }
  | { readonly kind: 'refused'; readonly code: string }
  /** The home has no key that the chain admits. */
  | { readonly kind: 'unknown' };

/**
 * Says it by the key and the process of `home`; ends when the chain has decided. Refused where nobody runs there,
 * and where the act is not even taken in. Said twice it is two acts, and the second loses where it may not be.
 */
export async function speak(home: string, kind: SpokenKind, fields: Fields): Promise<Spoken> {
  const key = readActKey(diskFiles, home);
  const place = key === undefined ? undefined : await placeOf(home, key);
  if (key === undefined || place === undefined) return { kind: 'unknown' };
  const { chainId, channel, epoch, keyId, record } = place;
  const { headerBytes, actHash, body } = actFor({
    kind,
    input: bodyFromInput(kind, fields),
    context: {
      ...{ chainId, channel, epoch, refs: [], facts: {} },
      ...{ party: 'network', person: null, mandate: null },
      businessDate: new Date().toISOString().slice(0, 10),
    },
    place: {
      ...{ keyId, seq: record.seq + 1n, previousAct: record.lastAct },
      ...{ timeMs: BigInt(Date.now()), seed: new Uint8Array(randomBytes(32)) },
    },
  });
  diskFiles.makeFolder(path.join(home, 'acts'));
  await replaceFile(diskFiles, path.join(home, 'acts', `${hex(actHash)}.body`), body.bytes);
  const signature = signBytes(key, actSigningBytes(chainId, actHash));
  const answer = await layIn(home, { header: headerBytes, signature }, trayMsMax);
  if (answer === null) throw new Refused(`nobody runs in ${home}: start it first`);
  if (answer !== 'waiting' && answer !== 'known') {
    throw new Refused(`the act is not taken in: ${answer}`);
  }
  const code = await outcomeOf(home, actHash);
  return code === null ? { kind: 'accepted', actHash } : { kind: 'refused', code };
}

type KeyPlace = {
  readonly chainId: Uint8Array;
  readonly channel: Uint8Array;
  readonly epoch: bigint;
  readonly keyId: Uint8Array;
  readonly record: KeyRecord;
};

/** Where the key stands in the chain; undefined when it is not admitted there, or revoked. */
function placeOf(home: string, key: KeyObject): Promise<KeyPlace | undefined> {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = fromBase64url(x ?? '') ?? new Uint8Array();
  return within(home, ({ genesis, standing, epochs }) => {
    const { chainId, channel } = genesis;
    const keyId = keyIdOf(channel, publicKey);
    const record = keyIn(standing.map, channel, keyId);
    const epoch = epochs.latest().number;
    return record?.active === true ? { chainId, channel, epoch, keyId, record } : undefined;
  });
}

/** The code with which the chain has refused the act; null when it holds. */
async function outcomeOf(home: string, actHash: Uint8Array): Promise<string | null> {
  for (const began = performance.now(); performance.now() - began < decisionMsMax; ) {
    const found = await within(home, ({ store }) => {
      const index = store.find(actHash);
      return index === null ? undefined : decodeEntry(store.leaf(index)).refusal;
    });
    if (found !== undefined) return found;
    await sleep(lookMs);
  }
  throw new Refused(
    `the chain has not decided within ${decisionMsMax / 1000} s; the act waits, and \`changes\` will tell`,
  );
}

/** Reads beside whoever runs in the home. */
export async function within<T>(home: string, read: (picture: Picture) => T): Promise<T> {
  const picture = await takePicture(home);
  try {
    return read(picture);
  } finally {
    picture.close();
  }
}
