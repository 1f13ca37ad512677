/** Two processes that show each other their keys over real sockets. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { keyShown, selfCertificate, tlsOptions } from '../../../chain/src/net/identity.ts';

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return { privateKey, raw: new Uint8Array(Buffer.from(x ?? '', 'base64url')) };
}

/** Connects a client to a server and answers what each saw of the other. */
async function meet(
  server: tls.TlsOptions,
  client: tls.ConnectionOptions,
): Promise<{ readonly server: Uint8Array | null; readonly client: Uint8Array | null } | 'refused'> {
  const listener = tls.createServer({ ...server, requestCert: true });
  await new Promise<void>((resolve) => listener.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = listener.address() as AddressInfo;
  const welcomed = new Promise<TLSSocket | null>((resolve) => {
    listener.once('secureConnection', resolve);
    listener.once('tlsClientError', () => resolve(null));
  });
  const socket = tls.connect({
    ...client,
    ...{ host: '127.0.0.1', port, checkServerIdentity: () => undefined },
  });
  try {
    await once(socket, 'secureConnect');
    const other = await welcomed;
    if (other === null) return 'refused';
    return { server: keyShown(socket), client: keyShown(other) };
  } catch {
    return 'refused';
  } finally {
    socket.destroy();
    (await welcomed)?.destroy();
    listener.close();
  }
}

describe('a transport key', () => {
  it('is shown by both sides of a connection', async () => {
    const [north, east] = [keyPair(), keyPair()];

    const seen = await meet(tlsOptions(north.privateKey), tlsOptions(east.privateKey));

    expect(seen).toEqual({ server: north.raw, client: east.raw });
  });

  it('is missing where a client shows no certificate', async () => {
    const seen = await meet(tlsOptions(keyPair().privateKey), { rejectUnauthorized: false });

    expect(seen).toMatchObject({ client: null });
  });

  it('cannot be claimed with the certificate of another', async () => {
    const [north, east] = [keyPair(), keyPair()];
    const stolen = { ...tlsOptions(east.privateKey), cert: selfCertificate(north.privateKey) };

    await expect(async () => meet(tlsOptions(north.privateKey), stolen)).rejects.toThrow();
  });

  it('is not shown over an older TLS', async () => {
    const [north, east] = [keyPair(), keyPair()];
    const older = { ...tlsOptions(east.privateKey), minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' };

    const seen = await meet(tlsOptions(north.privateKey), older as tls.ConnectionOptions);

    expect(seen).toBe('refused');
  });

  it('lies in a certificate that its own key has signed', () => {
    const { privateKey } = keyPair();

    const certificate = new X509Certificate(selfCertificate(privateKey));

    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
    expect(certificate.subject).toBe('CN=tallystick');
  });
});
