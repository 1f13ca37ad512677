/**
 * The network file: where the validators are, and which key each process must show.
 *
 * It lies beside the genesis and is local: two machines may reach a third one by different addresses. It
 * gives nobody weight, because votes are weighed by the genesis; it only says who is spoken to.
 *
 *   { "format", "chainId": hex, "validators": [{ "name", "address": "host:port", "transportKey" }],
 *     "followers": [{ "name", "transportKey" }] }                                   keys in base64
 */
import path from 'node:path';
import { base64, fromBase64, fromHex, hex, textOf, utf8 } from '../crypto/digest.ts';
import { admitPublicKey } from '../crypto/ed25519.ts';
import { type FileSystem, readWhole, replaceFile } from '../shell/files.ts';

export type Address = { readonly host: string; readonly port: number };

export type Party = {
  readonly name: string;
  readonly role: 'validator' | 'follower';
  /** Where it listens; null for a follower, who only calls. */
  readonly address: Address | null;
  readonly transportKey: Uint8Array;
};

export type Network = { readonly chainId: Uint8Array; readonly parties: readonly Party[] };

/** A network file that cannot be used; the message names the place and the rule. */
export class NetworkFault extends Error {
  override readonly name = 'NetworkFault';
}

const format = 'tallystick-network/1';

export function networkPath(home: string): string {
  return path.join(home, 'network.json');
}

export function encodeNetwork({ chainId, parties }: Network): Uint8Array {
  const json = {
    format,
    chainId: hex(chainId),
    validators: parties.flatMap(({ name, address, transportKey }) =>
      address === null
        ? []
        : [{ name, address: addressText(address), transportKey: base64(transportKey) }],
    ),
    followers: parties.flatMap(({ name, address, transportKey }) =>
      address === null ? [{ name, transportKey: base64(transportKey) }] : [],
    ),
  };
  return utf8(`${JSON.stringify(json, null, 2)}\n`);
}

/** Throws a NetworkFault for everything that is not a network file. */
export function parseNetwork(bytes: Uint8Array): Network {
  const json = object(readJson(bytes), 'the network file');
  if (json.format !== format) throw new NetworkFault(`the format of a network file is ${format}`);
  const chainId = fromHex(text(json.chainId, 'chainId'));
  if (chainId?.length !== 32) throw new NetworkFault('the chainId has 64 hex digits');
  const parties = [
    ...list(json.validators, 'validators').map((each) => partyOf(each, 'validator')),
    ...list(json.followers, 'followers').map((each) => partyOf(each, 'follower')),
  ];
  const names = new Set(parties.map(({ name }) => name));
  const keys = new Set(parties.map(({ transportKey }) => hex(transportKey)));
  if (names.size < parties.length) throw new NetworkFault('a name stands twice');
  if (keys.size < parties.length) throw new NetworkFault('a transport key stands twice');
  return { chainId, parties };
}

export function readNetwork(files: FileSystem, home: string): Network {
  const bytes = readWhole(files, networkPath(home));
  if (bytes === undefined) throw new NetworkFault(`${networkPath(home)} is missing`);
  return parseNetwork(bytes);
}

export function writeNetwork(files: FileSystem, home: string, network: Network): Promise<void> {
  return replaceFile(files, networkPath(home), encodeNetwork(network));
}

/** `host:port`, the host without brackets unless it is an IPv6 address. */
export function parseAddress(given: string): Address {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(given) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new NetworkFault(`"${given}" is not an address, host:port`);
  }
  return { host, port };
}

export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function partyOf(value: unknown, role: Party['role']): Party {
  const json = object(value, role);
  const name = text(json.name, 'name');
  const transportKey = fromBase64(text(json.transportKey, 'transportKey'));
  if (transportKey === undefined || admitPublicKey(transportKey) !== 'ok') {
    throw new NetworkFault(`the transport key of ${name} is not an Ed25519 key`);
  }
  const address = role === 'validator' ? parseAddress(text(json.address, 'address')) : null;
  return { name, role, address, transportKey };
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    throw new NetworkFault('the network file is JSON');
  }
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NetworkFault(`${what} is an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new NetworkFault(`${what} is a list`);
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new NetworkFault(`${what} is a text`);
  return value;
}
