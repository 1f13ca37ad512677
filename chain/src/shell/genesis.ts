/**
 * The genesis: who votes, whose keys stand from the start, and what the log is called.
 *
 * It is one file of canonical JSON; the chain's id is its SHA-256, so nothing in it can change
 * without being another chain. The validators' private keys lie beside it as PKCS#8, each readable
 * by its owner only, one key for one purpose.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import path from 'node:path';
import { channelOf } from '../act/act.ts';
import type { Custody } from '../act/kind.ts';
import { parameterNames } from '../act/kind.ts';
import {
  defaultParameters,
  type NetworkGenesis,
  type Parameters,
} from '../core/governance-record.ts';
import { problemOfGenesis } from '../core/governance-rules.ts';
import {
  base64,
  equalBytes,
  fromBase64,
  fromBase64url,
  fromHex,
  hex,
  sha256,
  textOf,
  utf8,
} from '../crypto/digest.ts';
import { admitPublicKey } from '../crypto/ed25519.ts';
import type { Anchor } from '../log/anchor.ts';
import { isNoteName } from '../log/checkpoint.ts';
import { checkedValidators, type Validator } from '../log/policy.ts';
import { type FileSystem, readWhole, replaceFile } from './files.ts';

/** What the caller decides when a chain begins. */
export type GenesisInput = {
  /** Each with the organisation that it stands for and who runs it; the stake is 1 unless said. */
  readonly validators: readonly {
    readonly name: string;
    readonly organisation: string;
    readonly operator: string;
    readonly stake?: bigint;
  }[];
  /** The keys that stand from the first block on; those of custody `operator` make their group an operator. */
  readonly founders: readonly FounderKey[];
  readonly createdMs: bigint;
  /** How the network is governed at first; what is not given is as governance.ts has it. */
  readonly parameters?: Partial<Parameters>;
};

export type FounderKey = {
  readonly publicKey: Uint8Array;
  readonly organisation: string;
  /** The organisation's pseudonym, 16 octets. */
  readonly group: Uint8Array;
  readonly custody: Custody;
};

export type Genesis = {
  readonly chainId: Uint8Array;
  /** `<network>/<channel>`. */
  readonly origin: string;
  readonly channel: Uint8Array;
  readonly createdMs: bigint;
  readonly validators: readonly Validator[];
  readonly founders: readonly FounderKey[];
  readonly logKey: Uint8Array;
  /** Null in a genesis that says nothing about them. */
  readonly parameters: Parameters | null;
};

/** The private half of the keys that this machine holds. */
export type ValidatorKeys = { readonly consensus: KeyObject; readonly cosigner: KeyObject };

/** The channel that a chain begins with. */
export const hubName = 'hub';

/** A genesis that is not what it must be, or keys that are not its own. */
export class GenesisFault extends Error {
  override readonly name = 'GenesisFault';
}

const format = 'tallystick-genesis/1';
const custodies: readonly Custody[] = [
  ...(['device', 'program', 'custodial', 'automation', 'operator', 'network'] as const),
];

/** The chain that lies in `home`; undefined where there is none. */
export function readGenesis(files: FileSystem, home: string): Genesis | undefined {
  const bytes = readWhole(files, path.join(home, 'genesis.json'));
  return bytes === undefined ? undefined : parseGenesis(bytes);
}

/** The keys of a validator in `home`, made when they are not there; answers their public halves. */
export async function makeValidatorKeys(
  files: FileSystem,
  home: string,
  name: string,
): Promise<{ readonly consensusKey: Uint8Array; readonly cosignerKey: Uint8Array }> {
  if (!isFolderName(name)) throw new GenesisFault(`a name is not "${name}"`);
  const folder = path.join(home, 'validators', name);
  files.makeFolder(folder);
  const keyIn = async (file: string): Promise<Uint8Array> => {
    const der = readWhole(files, path.join(folder, file));
    if (der === undefined) return newKey(files, path.join(folder, file));
    return publicHalf(createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }));
  };
  return { consensusKey: await keyIn('consensus.key'), cosignerKey: await keyIn('cosigner.key') };
}

/** A validator's keys lie in a folder of its name. */
function isFolderName(name: string): boolean {
  return isNoteName(name) && /^[^./\\][^/\\]*$/.test(name);
}

/** The private keys of a validator of this machine, whatever the chain says of it. */
export function validatorKeysNamed(files: FileSystem, home: string, name: string): ValidatorKeys {
  if (!holdsValidator(files, home, name)) throw new RangeError(`${name} has no keys here`);
  const folder = path.join(home, 'validators', name);
  const keyIn = (file: string): KeyObject => {
    const der = readWhole(files, path.join(folder, file)) ?? new Uint8Array();
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  };
  return { consensus: keyIn('consensus.key'), cosigner: keyIn('cosigner.key') };
}

/** Does this machine hold the keys of that validator? */
export function holdsValidator(files: FileSystem, home: string, name: string): boolean {
  const folder = path.join(home, 'validators', name);
  return (
    isFolderName(name) &&
    ['consensus.key', 'cosigner.key'].every((file) => files.exists(path.join(folder, file)))
  );
}

/** Makes keys and genesis in `home`. The genesis comes last, so that a cut leaves no chain at all. */
export async function createGenesis(
  files: FileSystem,
  home: string,
  networkName: string,
  input: GenesisInput,
): Promise<Genesis> {
  files.makeFolder(home);
  const logKey = await newKey(files, path.join(home, 'log.key'));
  const validators: Validator[] = [];
  for (const { name, organisation, operator, stake } of input.validators) {
    if (!isFolderName(name)) throw new GenesisFault(`a name is not "${name}"`);
    const folder = path.join(home, 'validators', name);
    files.makeFolder(folder);
    validators.push({
      name,
      organisation,
      operator,
      consensusKey: await newKey(files, path.join(folder, 'consensus.key')),
      cosignerKey: await newKey(files, path.join(folder, 'cosigner.key')),
      stake: stake ?? 1n,
    });
  }
  const bytes = encodeGenesis({
    origin: `${networkName}/${hubName}`,
    createdMs: input.createdMs,
    validators,
    founders: input.founders,
    logKey,
    parameters:
      input.parameters === undefined
        ? null
        : { ...silentParameters(validators), ...input.parameters },
  });
  const genesis = parseGenesis(bytes);
  await replaceFile(files, path.join(home, 'genesis.json'), bytes);
  return genesis;
}

/** What the state knows of the network before the first block. */
export function networkOf({ origin, logKey, validators, parameters }: Genesis): NetworkGenesis {
  return { origin, logKey, validators, parameters: parameters ?? silentParameters(validators) };
}

/** What holds where a genesis is silent. Unequal stakes there came from a table, which is stage 1. */
function silentParameters(validators: readonly Validator[]): Parameters {
  const isEqual = validators.every(({ stake }) => stake === validators[0]?.stake);
  return { ...defaultParameters, stage: isEqual ? 0n : 1n };
}

/** A validator's private keys. Throws a GenesisFault when they are not the genesis' own. */
export function validatorKeys(
  files: FileSystem,
  home: string,
  validator: Validator,
): ValidatorKeys {
  const folder = path.join(home, 'validators', validator.name);
  return {
    consensus: privateKey(files, path.join(folder, 'consensus.key'), validator.consensusKey),
    cosigner: privateKey(files, path.join(folder, 'cosigner.key'), validator.cosignerKey),
  };
}

/** What an offline verifier may start from, as the genesis has it. */
export function anchorOf(genesis: Genesis, epoch: bigint): Anchor {
  const { origin, chainId, validators, logKey, createdMs } = genesis;
  return {
    ...{ origin, chainId, epoch, validators, logKey },
    founders: genesis.founders.map(({ publicKey, organisation, custody }) => ({
      publicKey,
      organisation,
      custody,
    })),
    firstSize: 0n,
    issuedAtMs: createdMs,
  };
}

export type GenesisContent = Omit<Genesis, 'chainId' | 'channel'>;

/** The file. Its SHA-256 is the chain's id. */
export function encodeGenesis(content: GenesisContent): Uint8Array {
  const { origin, createdMs, validators, founders, logKey, parameters } = content;
  const json = {
    format,
    origin,
    createdMs: `${createdMs}`,
    validators: validators.map((validator) => ({
      name: validator.name,
      organisation: validator.organisation,
      operator: validator.operator,
      consensusKey: base64(validator.consensusKey),
      cosignerKey: base64(validator.cosignerKey),
      stake: `${validator.stake}`,
    })),
    founders: founders.map(({ publicKey, organisation, group, custody }) => ({
      publicKey: base64(publicKey),
      organisation,
      group: hex(group),
      custody,
    })),
    logKey: base64(logKey),
    ...(parameters === null
      ? {}
      : {
          parameters: Object.fromEntries(
            parameterNames.map((name) => [name, `${parameters[name]}`]),
          ),
        }),
  };
  return utf8(`${JSON.stringify(json, null, 2)}\n`);
}

/** The genesis that the file is; throws a GenesisFault or NoteError for any other octets. */
export function parseGenesis(bytes: Uint8Array): Genesis {
  const json = record(JSON.parse(textOf(bytes)));
  if (json.format !== format) throw new GenesisFault(`the format of a genesis is ${format}`);
  const content: GenesisContent = {
    origin: text(json.origin),
    createdMs: BigInt(text(json.createdMs)),
    validators: checkedValidators(list(json.validators).map(validatorFrom)),
    founders: list(json.founders).map(founderFrom),
    logKey: octets(fromBase64(text(json.logKey)), 32),
    parameters: json.parameters === undefined ? null : parametersFrom(record(json.parameters)),
  };
  if (!isNoteName(content.origin)) throw new GenesisFault('the origin is a name without spaces');
  if (!equalBytes(encodeGenesis(content), bytes)) {
    throw new GenesisFault('the genesis is not written canonically');
  }
  const chainId = sha256(bytes);
  const genesis = { ...content, chainId, channel: channelOf(chainId, hubName) };
  const problem = problemOfGenesis(networkOf(genesis));
  if (problem !== null) throw new GenesisFault(`validators and parameters do not fit: ${problem}`);
  return genesis;
}

function parametersFrom(json: Readonly<Record<string, unknown>>): Parameters {
  const pairs = parameterNames.map((name) => [name, BigInt(text(json[name]))]);
  return { ...defaultParameters, ...Object.fromEntries(pairs) };
}

function validatorFrom(value: unknown): Validator {
  const json = record(value);
  return {
    name: text(json.name),
    organisation: text(json.organisation),
    operator: text(json.operator),
    consensusKey: octets(fromBase64(text(json.consensusKey)), 32),
    cosignerKey: octets(fromBase64(text(json.cosignerKey)), 32),
    stake: BigInt(text(json.stake)),
  };
}

function founderFrom(value: unknown): FounderKey {
  const json = record(value);
  const custody = custodies.find((each) => each === json.custody);
  const publicKey = octets(fromBase64(text(json.publicKey)), 32);
  if (custody === undefined) throw new GenesisFault('a custody is one of its list');
  if (admitPublicKey(publicKey) !== 'ok') throw new GenesisFault("a founder's key is not admitted");
  const group = octets(fromHex(text(json.group)), 16);
  return { publicKey, organisation: text(json.organisation), group, custody };
}

/** Makes a key pair, keeps the private half in `file` and returns the public one. */
export async function newKey(files: FileSystem, file: string): Promise<Uint8Array> {
  const { privateKey: made } = generateKeyPairSync('ed25519');
  await replaceFile(files, file, made.export({ format: 'der', type: 'pkcs8' }));
  return publicHalf(made);
}

/** The private key in `file`. Throws a GenesisFault where it is missing or not the half of `expected`. */
export function privateKey(files: FileSystem, file: string, expected: Uint8Array): KeyObject {
  const der = readWhole(files, file);
  if (der === undefined) throw new GenesisFault(`${file} is missing`);
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  if (!equalBytes(publicHalf(key), expected)) {
    throw new GenesisFault(`${file} is not the key that the genesis names`);
  }
  return key;
}

export function publicHalf(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return octets(fromBase64url(x ?? ''), 32);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GenesisFault('the genesis is an object of objects');
  }
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new GenesisFault('validators and founders are lists');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new GenesisFault('a value of the genesis is text');
  return value;
}

function octets(value: Uint8Array | undefined, length: number): Uint8Array {
  if (value?.length !== length) throw new GenesisFault(`a value has ${length} octets`);
  return value;
}
