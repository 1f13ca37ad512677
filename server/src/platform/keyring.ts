/**
 * Private keys that the platform holds: for people who have enrolled no device, for the automation,
 * and for the operator. Each is wrapped by the master key; proofs say that they are custodial.
 *
 * Unwrapped keys stay in memory as key objects, at most `keysMax`, the oldest leaving first.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type pg from 'pg';
import { invariant } from '../kernel/invariant.ts';
import { seal, unseal } from './seal.ts';

const keysMax = 10_000;

export type Keyring = {
  /** Makes a key for a person and keeps it wrapped. It signs nothing until an act registers it. */
  create(
    person: string | null,
    id: (publicKey: Uint8Array) => string,
    nowMs: bigint,
  ): Promise<Uint8Array>;
  /** Keeps a key that was made elsewhere (the operator's, of the genesis). */
  keep(id: string, person: string | null, pkcs8: Uint8Array, nowMs: bigint): Promise<void>;
  /** Signs with the key of that id, or returns null when the platform does not hold it. */
  sign(id: string, message: Uint8Array): Promise<Uint8Array | null>;
};

export function keyring(pool: pg.Pool, masterKey: Uint8Array): Keyring {
  invariant(masterKey.length === 32, 'a master key has 32 octets');
  const open = new Map<string, KeyObject>();

  async function keep(id: string, person: string | null, pkcs8: Uint8Array, nowMs: bigint) {
    const publicKey = rawPublicKey(keyObject(pkcs8));
    await pool.query(
      'INSERT INTO custodial_key ("id", "person", "publicKey", "wrappedKey", "createdMs") VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [id, person ?? '', publicKey, seal(masterKey, id, pkcs8), nowMs.toString()],
    );
  }

  async function load(id: string): Promise<KeyObject | null> {
    const result = await pool.query<{ wrappedKey: Buffer }>({
      name: 'custodial key',
      text: 'SELECT "wrappedKey" FROM custodial_key WHERE "id" = $1',
      values: [id],
    });
    const [row] = result.rows;
    if (row === undefined) return null;
    const key = keyObject(unseal(masterKey, id, row.wrappedKey));
    if (open.size >= keysMax) open.delete(open.keys().next().value ?? '');
    open.set(id, key);
    return key;
  }

  return {
    keep,
    async create(person, id, nowMs) {
      const { privateKey } = generateKeyPairSync('ed25519');
      const publicKey = rawPublicKey(privateKey);
      const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
      await keep(id(publicKey), person, pkcs8, nowMs);
      return publicKey;
    },
    async sign(id, message) {
      const key = open.get(id) ?? (await load(id));
      return key === null ? null : new Uint8Array(sign(null, message, key));
    },
  };
}

/** The 32 octets of an Ed25519 public key (RFC 8410: they end its SubjectPublicKeyInfo). */
export function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey as never).export({ type: 'spki', format: 'der' });
  return new Uint8Array(spki.subarray(-32));
}

function keyObject(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}
