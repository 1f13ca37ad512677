/**
 * Who signs, and what bytes: every signature names its purpose.
 *
 * One key, one purpose. The bytes of two purposes never coincide: acts, batches
 * and votes begin with their own domain prefix, a cosignature with the line that
 * C2SP prescribes, and the log's own line with its origin.
 *
 * Private keys stay where they are held (WebCrypto, or the runtime's key object);
 * nothing here ever sees their bytes twice.
 */
import {
  concat,
  domain,
  fromBase64url,
  nativeCrypto,
  plainBytes,
  u32be,
  u64be,
  utf8,
} from './digest.ts';

/** Someone who can sign; where the private key lives is their own matter. */
export type Signer = {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
};

/** What the actor signs for one act. */
export function actSigningBytes(chainId: Uint8Array, actHash: Uint8Array): Uint8Array {
  return concat(domain('sig'), chainId, actHash);
}

/** What the actor signs once for `count` acts together. */
export function batchSigningBytes(
  chainId: Uint8Array,
  count: number,
  root: Uint8Array,
): Uint8Array {
  return concat(domain('batch'), chainId, u32be(count), root);
}

/** What both keys of a validator sign when a change that admits it is proposed: I am here, and these are mine. */
export function readySigningBytes(chainId: Uint8Array, change: Uint8Array): Uint8Array {
  return concat(domain('ready'), chainId, change);
}

/** What the consensus key of a validator signs to agree to a change. */
export function approvalSigningBytes(chainId: Uint8Array, change: Uint8Array): Uint8Array {
  return concat(domain('approve'), chainId, change);
}

/** What a new key of the log signs before it is proposed: somebody holds me, for this chain. */
export function logKeySigningBytes(chainId: Uint8Array, logKey: Uint8Array): Uint8Array {
  return concat(domain('log-key'), chainId, logKey);
}

/** What the platform signs when it refuses because the chain cannot be asked; `digest` is of the receipt. */
export function refusalSigningBytes(chainId: Uint8Array, digest: Uint8Array): Uint8Array {
  return concat(domain('refusal'), chainId, digest);
}

/** What a validator signs when it votes. The digest is zero where a vote names no block. */
export function consensusSigningBytes(vote: {
  readonly chainId: Uint8Array;
  readonly epoch: bigint;
  readonly view: bigint;
  /** One octet: which kind of vote. */
  readonly kind: number;
  readonly digest: Uint8Array;
}): Uint8Array {
  return concat(
    domain('consensus'),
    vote.chainId,
    u64be(vote.epoch),
    u64be(vote.view),
    Uint8Array.of(vote.kind),
    vote.digest,
  );
}

/** What a validator signs for a checkpoint that is final (C2SP tlog-cosignature v1). */
export function cosigningBytes(timeSeconds: bigint, checkpointBody: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${timeSeconds}\n${checkpointBody}`);
}

/** What the operator's log key signs: the checkpoint itself (C2SP signed-note). */
export function logSigningBytes(checkpointBody: string): Uint8Array {
  return utf8(checkpointBody);
}

/** A signer over a WebCrypto key, which may be non-extractable. */
export function webCryptoSigner(privateKey: CryptoKey, publicKey: Uint8Array): Signer {
  return {
    publicKey,
    sign: (message) =>
      crypto.subtle
        .sign('Ed25519', privateKey, Uint8Array.from(message))
        .then((signature) => new Uint8Array(signature)),
  };
}

/**
 * A signer over a PKCS#8 key, for programs and for keys that a server holds.
 * The key becomes an object of the runtime at once and cannot be read back from the signer.
 */
export function pkcs8Signer(pkcs8: Uint8Array): Promise<Signer> {
  const native = nativeCrypto;
  if (native !== undefined) return Promise.resolve().then(() => nativeSigner(native, pkcs8));
  const owned = Uint8Array.from(pkcs8);
  return crypto.subtle
    .importKey('pkcs8', owned, 'Ed25519', true, ['sign'])
    .then((readable) => crypto.subtle.exportKey('jwk', readable))
    .then((jwk) =>
      crypto.subtle
        .importKey('pkcs8', owned, 'Ed25519', false, ['sign'])
        .then((key) => webCryptoSigner(key, publicPart(jwk.x))),
    );
}

const expectedKey = 'an Ed25519 private key is expected';

type NativeCrypto = NonNullable<typeof nativeCrypto>;

function nativeSigner(native: NativeCrypto, pkcs8: Uint8Array): Signer {
  const key = native.createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(expectedKey);
  const publicKey = publicPart(native.createPublicKey(key).export({ format: 'jwk' }).x);
  return {
    publicKey,
    sign: (message) => Promise.resolve(plainBytes(native.sign(null, message, key))),
  };
}

function publicPart(x: string | undefined): Uint8Array {
  const bytes = x === undefined ? undefined : fromBase64url(x);
  if (bytes?.length !== 32) throw new TypeError(expectedKey);
  return bytes;
}
