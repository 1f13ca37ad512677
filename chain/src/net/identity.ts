/**
 * A process shows who it is by its transport key, an Ed25519 key that signs nothing but handshakes.
 *
 * TLS wants a certificate around it. Ours is self-made and says nothing but the key: name, serial number and
 * dates are the same for everyone, and nobody reads them. Both sides of a connection prove that they hold
 * their keys (TLS 1.3, CertificateVerify), and compare the other's with the one that is pinned for it.
 * There is no authority, no resumption, and no other version of TLS.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { concat, fromBase64url, utf8 } from '../crypto/digest.ts';
import { type FileSystem, readWhole } from '../shell/files.ts';
import { GenesisFault, newKey } from '../shell/genesis.ts';
import { signBytes } from '../shell/signer.ts';

export type Identity = { readonly key: KeyObject; readonly publicKey: Uint8Array };

/** The transport key of a home, made when it is not there. */
export async function makeIdentity(files: FileSystem, home: string): Promise<Identity> {
  if (!files.exists(keyFile(home))) await newKey(files, keyFile(home));
  return readIdentity(files, home);
}

/** Throws a GenesisFault where there is no key. */
export function readIdentity(files: FileSystem, home: string): Identity {
  const der = readWhole(files, keyFile(home));
  if (der === undefined) throw new GenesisFault(`${keyFile(home)} is missing`);
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { key, publicKey: fromBase64url(x ?? '') ?? new Uint8Array() };
}

/** What both sides of every connection are set to. */
export function tlsOptions(key: KeyObject) {
  const cert = selfCertificate(key);
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }),
    cert,
    // Nobody's word counts, so no list of authorities is loaded.
    ca: cert,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ALPNProtocols: ['tallystick/1'],
    // The pin decides, not an authority: see `keyShown`.
    rejectUnauthorized: false,
  } as const;
}

/** The key that the other side has proved to hold; null when it showed none, or one of another kind. */
export function keyShown(socket: TLSSocket): Uint8Array | null {
  const certificate = socket.getPeerX509Certificate();
  if (socket.getProtocol() !== 'TLSv1.3' || socket.isSessionReused()) return null;
  if (certificate === undefined || certificate.publicKey.asymmetricKeyType !== 'ed25519') {
    return null;
  }
  const { x } = certificate.publicKey.export({ format: 'jwk' });
  const raw = fromBase64url(x ?? '');
  return raw?.length === 32 ? raw : null;
}

function keyFile(home: string): string {
  return path.join(home, 'transport.key');
}

/** X.509 v3 in DER (RFC 5280), signed by its own key (RFC 8410), as PEM. */
export function selfCertificate(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, utf8('tallystick')))));
  const dates = der(0x30, der(0x17, utf8('700101000000Z')), der(0x18, utf8('99991231235959Z')));
  const version = der(0xa0, der(0x02, Uint8Array.of(2)));
  const serial = der(0x02, Uint8Array.of(1));
  const body = der(0x30, version, serial, ed25519, name, dates, name, spki);
  const signature = der(0x03, Uint8Array.of(0), signBytes(key, body));
  const whole = Buffer.from(der(0x30, body, ed25519, signature)).toString('base64');
  const lines = whole.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** 2.5.4.3 */
const commonName = Uint8Array.of(0x06, 3, 0x55, 4, 3);
/** 1.3.101.112, without parameters */
const ed25519 = Uint8Array.of(0x30, 5, 0x06, 3, 0x2b, 0x65, 0x70);

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255];
  return concat(Uint8Array.from(head), content);
}
