/** A chain with its first keys, and actors who sign acts on it: what the tests of the shell stand on. */

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { batchOf, buildAct, channelOf, keyIdOf } from '../../chain/src/act/act.ts';
import { wholeEffects } from '../../chain/src/act/effects.ts';
import type { ActKind, Custody, PublicEffects } from '../../chain/src/act/kind.ts';
import { kind } from '../../chain/src/act/kind.ts';
import type { SignedEntry } from '../../chain/src/client.ts';
import { sha256, utf8 } from '../../chain/src/crypto/digest.ts';
import { actSigningBytes } from '../../chain/src/crypto/signature.ts';
import { type GenesisInput, hubName } from '../../chain/src/shell/genesis.ts';

export type Person = {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
  readonly group: Uint8Array;
};

/** A key pair and organisation from a name: the same name is the same person. */
export function person(name: string, organisation = name): Person {
  const seed = sha256(utf8(`person ${name}`));
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    privateKey,
    publicKey: new Uint8Array(Buffer.from(x ?? '', 'base64url')),
    group: sha256(utf8(`group ${organisation}`)).slice(0, 16),
  };
}

export const operator = person('operator');

export const fourBanks: GenesisInput = {
  validators: ['north', 'east', 'south', 'west'].map((name) => ({
    name,
    organisation: `Bank of the ${name}`,
    operator: 'one machine',
  })),
  founders: [
    {
      publicKey: operator.publicKey,
      organisation: 'Operator',
      group: operator.group,
      custody: 'operator',
    },
  ],
  createdMs: 1_760_000_000_000n,
};

/** Fields do not matter to validators: every kind here has the same one. */
function kindNamed(name: string): ActKind {
  const { effects: _, ...plain } = kind(name, { text: 'text' });
  return plain;
}

/** Signs acts one after the other, as one device does. */
export type Actor = {
  readonly keyId: Uint8Array;
  readonly channel: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly group: Uint8Array;
  readonly act: (effects?: Partial<PublicEffects>, change?: Change) => Act;
  /** The next acts under one signature. */
  readonly batch: (count: number) => readonly Act[];
  readonly seq: () => bigint;
};

export type Act = SignedEntry & { readonly actHash: Uint8Array };

/** What a test alters on purpose. */
export type Change = {
  readonly seq?: bigint;
  readonly previousAct?: Uint8Array | null;
  readonly chainId?: Uint8Array;
  readonly epoch?: bigint;
  readonly kindName?: 'test.note' | 'certificate.due';
  /** Do not go on from this act: the next one takes its place. */
  readonly forget?: boolean;
};

export function actor(chainId: Uint8Array, who: Person): Actor {
  const channel = channelOf(chainId, hubName);
  const keyId = keyIdOf(channel, who.publicKey);
  let seq = 0n;
  let previous: Uint8Array | null = null;
  const build = (effects: Partial<PublicEffects>, change: Change) => {
    const number = change.seq ?? seq + 1n;
    const made = buildAct({
      chainId: change.chainId ?? chainId,
      channel,
      kind: kindNamed(change.kindName ?? 'test.note'),
      keyId,
      seq: number,
      epoch: change.epoch ?? 1n,
      timeMs: 1_760_000_000_000n + number,
      previousAct: change.previousAct === undefined ? previous : change.previousAct,
      refs: [],
      effects: wholeEffects(effects),
      fields: {
        party: 'org_a',
        person: 'per_a',
        mandate: null,
        businessDate: '2026-01-02',
        text: `note ${number}`,
      },
      seed: sha256(keyId, utf8(`${number}`)),
    });
    if (change.forget !== true) {
      seq = number;
      previous = made.actHash;
    }
    return made;
  };
  return {
    keyId,
    channel,
    publicKey: who.publicKey,
    group: who.group,
    act: (effects = {}, change = {}) => {
      const made = build(effects, change);
      const message = actSigningBytes(change.chainId ?? chainId, made.actHash);
      const signature = new Uint8Array(sign(null, message, who.privateKey));
      return { header: made.headerBytes, signature, actHash: made.actHash };
    },
    batch: (count) => {
      const made = Array.from({ length: count }, () => build({}, {}));
      const { message, place } = batchOf(
        chainId,
        made.map(({ actHash }) => actHash),
      );
      const signatures = place(new Uint8Array(sign(null, message, who.privateKey)));
      return made.map(({ headerBytes, actHash }, order) => ({
        header: headerBytes,
        signature: signatures[order] ?? new Uint8Array(),
        actHash,
      }));
    },
    seq: () => seq,
  };
}

/** The public effect that registers a person's key. */
export function adds(channel: Uint8Array, who: Person, custody: Custody = 'device') {
  const keyId = keyIdOf(channel, who.publicKey);
  const { publicKey, group } = who;
  return { keys: [{ op: 'add', keyId, publicKey, group, custody }] } as const;
}

export function revokes(channel: Uint8Array, who: Person) {
  const keyId = keyIdOf(channel, who.publicKey);
  const { group } = who;
  return {
    keys: [{ op: 'revoke', keyId, publicKey: null, group, custody: 'device' }],
  } as const;
}
