/**
 * `validator <command>` for whoever governs a network from the home of a validator, or of the log's keeper.
 *
 *   changes  --home DIR [--json]                      who votes, by which rules, what waits and what it lacks
 *   propose  --home DIR admit LINEFILE [--stake N]    the validator whose public line that is joins
 *   propose  --home DIR remove NAME | weigh NAME STAKE | set PARAMETER VALUE
 *   approve  --home DIR CHANGE                        this home's validator agrees
 *   veto     --home DIR CHANGE                        takes a change back
 *   ready    --home DIR CHANGE                        this home's validator, which the change admits, is there
 *   rotate   --home DIR                               makes and proposes another key of the log; in its keeper's home
 *   carry    --home DIR PAPERFILE                     brings what another home has signed
 *   trust    --home DIR LINEFILE                      names a party in network.json; who runs there meets it
 *   distrust --home DIR NAME                          takes it out again; not one who votes
 *
 * CHANGE is the hash of the act that proposed it, or its first digits. What is decided is read from the home
 * beside the running process; an act is signed with the home's `act.key` and goes out by that process (--via
 * DIR: by the process and key of another home). Its body, which no block holds, is kept in `acts/`. The
 * command ends when the chain has decided, and says what; a key that the chain does not know prints a paper
 * for somebody else to carry.
 */
import fs from 'node:fs';
import { parameterNames } from '../act/kind.ts';
import { networkRefusals } from '../act/network-refusals.ts';
import type { NetworkStatus } from '../client.ts';
import { governanceOf } from '../core/state.ts';
import { base64, base64url, equalBytes, fromBase64url, hex } from '../crypto/digest.ts';
import { approvalSigningBytes, readySigningBytes } from '../crypto/signature.ts';
import { logKeyType, verifierKey } from '../log/checkpoint.ts';
import { parseLine, readPlace } from '../net/home.ts';
import {
  encodeNetwork,
  parseAddress,
  parseNetwork,
  readNetwork,
  writeNetwork,
} from '../net/network-file.ts';
import { diskFiles } from '../shell/files.ts';
import { networkOf, validatorKeysNamed } from '../shell/genesis.ts';
import { holdsLogKeys, offerLogKey } from '../shell/log-keys.ts';
import { networkStatusOf } from '../shell/network-status.ts';
import { signBytes } from '../shell/signer.ts';
import { type Fields, Refused, type SpokenKind, speak, within } from './speaking.ts';

type Output = { readonly write: (text: string) => void };
type Change = NetworkStatus['pending'][number];

export const governingCommands = [
  ...(['changes', 'propose', 'approve', 'veto', 'ready', 'rotate', 'carry', 'trust'] as const),
  'distrust',
];

export const governingUsage = [
  '       validator changes --home DIR [--json]',
  '       validator propose --home DIR admit LINEFILE [--stake N] | remove NAME | weigh NAME STAKE | set PARAMETER VALUE',
  '       validator approve|veto|ready --home DIR CHANGE',
  '       validator rotate --home DIR',
  '       validator carry --home DIR PAPERFILE',
  '       validator trust --home DIR LINEFILE',
  '       validator distrust --home DIR NAME',
  '       with --reason TEXT, and --via DIR to act by the key and process of another home',
].join('\n');

export type Governing = {
  readonly command: string;
  readonly home: string;
  /** Whose key signs the act, and whose process says it. */
  readonly via: string;
  readonly stake: bigint | null;
  readonly reason: string;
  readonly json: boolean;
  readonly rest: readonly string[];
};

/** Runs the command and answers the exit code. What is refused is said by the error that it throws. */
export async function governingCommand(asked: Governing, output: Output): Promise<0 | 1> {
  const { command, home, rest } = asked;
  switch (command) {
    case 'changes':
      return changes(asked, output);
    case 'propose':
      return propose(asked, output);
    case 'approve':
      return approve(asked, output);
    case 'veto': {
      const change = await changeGiven(home, rest[0]);
      const fields = { change: base64url(idOf(change)), reason: asked.reason };
      return say(asked, 'change.cancel', fields, `${inShort(change)} is taken back`, output);
    }
    case 'ready':
      return ready(asked, output);
    case 'rotate':
      return rotate(asked, output);
    case 'carry':
      return carry(asked, output);
    case 'trust':
      return trust(home, needed(rest[0], 'LINEFILE'), output);
    default:
      return distrust(home, needed(rest[0], 'NAME'), output);
  }
}

// Looking

type Look = { readonly status: NetworkStatus; readonly chainId: Uint8Array };

async function look(home: string): Promise<Look> {
  return within(home, ({ genesis, standing }) => {
    const network = networkOf(genesis);
    const status = networkStatusOf(network, governanceOf(network, standing.map), standing.timeMs);
    return { status, chainId: genesis.chainId };
  });
}

async function changes({ home, json }: Governing, output: Output): Promise<0> {
  const { status } = await look(home);
  const { epoch, parameters, members, pending, logKey } = status;
  if (json) {
    const plain = (_name: string, value: unknown) => {
      if (typeof value === 'bigint') return `${value}`;
      return value instanceof Uint8Array ? base64(value) : value;
    };
    output.write(`${JSON.stringify(status, plain, 2)}\n`);
    return 0;
  }
  const { origin } = readPlace(diskFiles, home).genesis;
  const voters = members.filter(({ jailed }) => !jailed);
  const total = voters.reduce((sum, { stake }) => sum + stake, 0n);
  output.write(
    [
      `epoch ${epoch} since height ${status.firstHeight}, stage ${parameters.stage}`,
      `key of the log ${verifierKey(origin, logKeyType, logKey)}`,
      ...members.map(
        ({ name, organisation, stake, jailed }) =>
          `  ${name}, ${organisation}: stake ${stake} of ${total}${jailed ? ', votes no more' : ''}`,
      ),
      ...Object.entries(parameters).map(([name, value]) => `  ${name} = ${value}`),
      pending.length === 0 ? 'nothing waits' : `${pending.length} wait:`,
      ...pending.map((change) => `  ${inShort(change)}; ${lacking(change, total)}`),
      '',
    ].join('\n'),
  );
  return 0;
}

function inShort({ id, op, ...change }: Change): string {
  const what = {
    admit: `admit ${change.validator} of ${change.organisation} with stake ${change.stake}`,
    remove: `remove ${change.validator}`,
    weigh: `weigh ${change.validator} with stake ${change.stake}`,
    set: `set ${change.parameter} to ${change.value}`,
    rotate: `rotate the key of the log to ${base64(change.logKey ?? new Uint8Array())}`,
  };
  return `${id.slice(0, 16)} ${what[op]}`;
}

function lacking(change: Change, total: bigint): string {
  const { approvals, approvedStake, dueMs } = change;
  const agreed = `${approvedStake} of ${total}${approvals.length === 0 ? '' : ` (${approvals.join(', ')})`}`;
  const missing = [
    `due ${new Date(Number(dueMs)).toISOString()}`,
    ...(change.ready ? [] : ['its validator has not said that it is ready']),
    ...(change.needsApproval ? [`more than two thirds of the stake must agree, ${agreed} do`] : []),
  ];
  return change.effective ? 'takes effect with the next block' : missing.join('; ');
}

/** The change of that hash, or of the only one that begins so. */
async function changeGiven(home: string, given: string | undefined): Promise<Change> {
  const wanted = needed(given, 'CHANGE').toLowerCase();
  const { status } = await look(home);
  const found = status.pending.filter(({ id }) => id.startsWith(wanted));
  const [change] = found;
  if (change !== undefined && found.length === 1 && wanted.length >= 4) return change;
  throw new Refused(
    [
      found.length > 1 || wanted.length < 4
        ? `"${wanted}" does not name one change`
        : `no change ${wanted} waits: it has taken effect, was taken back, or has not come here yet`,
      ...status.pending.map((each) => `  ${inShort(each)}`),
    ].join('\n'),
  );
}

function idOf({ id }: Change): Uint8Array {
  return new Uint8Array(Buffer.from(id, 'hex'));
}

// Acting

/** Signs and sends the act, and says what became of it. */
async function say(
  { via }: Governing,
  kind: SpokenKind,
  fields: Fields,
  done: string,
  output: Output,
): Promise<0 | 1> {
  const spoken = await speak(via, kind, fields);
  switch (spoken.kind) {
    case 'unknown': {
      if (!paperKinds.some((each) => each === kind)) {
        throw new Refused(`the chain knows no key of ${via}: act by another home with --via DIR`);
      }
      output.write(`${JSON.stringify({ kind, ...fields })}\n`);
      return 0;
    }
    case 'accepted':
      output.write(`${done}\nact ${hex(spoken.actHash)}\n`);
      return 0;
    case 'refused': {
      const [message, help] = networkRefusals[spoken.code] ?? ['The chain has refused it.', ''];
      throw new Refused(`refused, ${spoken.code}: ${message} ${help}`);
    }
  }
}

async function propose(asked: Governing, output: Output): Promise<0 | 1> {
  const [op, first, second] = asked.rest;
  const { reason } = asked;
  const send = (kind: SpokenKind, fields: Fields) =>
    say(asked, kind, fields, 'the change waits', output);
  switch (op) {
    case 'admit': {
      const line = lineIn(needed(first, 'LINEFILE'));
      if (line.kind !== 'validator') throw new Refused(`${line.name} is no validator`);
      const { name, organisation, operator, consensusKey, cosignerKey } = line;
      return send('validator.admit', {
        ...{ name, organisation, operator, stake: `${asked.stake ?? line.stake}` },
        ...{ consensusKey: base64url(consensusKey), cosignerKey: base64url(cosignerKey) },
      });
    }
    case 'remove':
      return send('validator.remove', { name: await memberGiven(asked.home, first), reason });
    case 'weigh': {
      const name = await memberGiven(asked.home, first);
      return send('validator.weigh', { name, stake: whole(second, 'STAKE'), reason });
    }
    case 'set': {
      const parameter = needed(first, 'PARAMETER');
      if (!parameterNames.some((name) => name === parameter)) {
        throw new Refused(`a parameter is ${parameterNames.join(', ')}; seen ${parameter}`);
      }
      return send('parameter.set', { parameter, value: whole(second, 'VALUE'), reason });
    }
    default:
      throw new Refused(`a proposal is admit, remove, weigh or set; seen ${op ?? 'nothing'}`);
  }
}

async function memberGiven(home: string, given: string | undefined): Promise<string> {
  const name = needed(given, 'NAME');
  const { members } = (await look(home)).status;
  if (members.some((member) => member.name === name)) return name;
  const names = members.map((member) => member.name).join(', ');
  throw new Refused(`there is no validator ${name}; there are ${names}`);
}

async function approve(asked: Governing, output: Output): Promise<0 | 1> {
  const { home } = asked;
  const change = await changeGiven(home, asked.rest[0]);
  const { status, chainId } = await look(home);
  const { name } = readPlace(diskFiles, home).self;
  const voter = status.members.find((member) => member.name === name && !member.jailed);
  if (voter === undefined) throw new Refused(`${name} has no vote in epoch ${status.epoch}`);
  if (!change.needsApproval) {
    throw new Refused(
      `${inShort(change)} needs nobody's consent in stage ${status.parameters.stage}`,
    );
  }
  if (change.approvals.includes(name)) {
    output.write(`${name} has agreed already\n`);
    return 0;
  }
  const { consensus } = validatorKeysNamed(diskFiles, home, name);
  const signature = signBytes(consensus, approvalSigningBytes(chainId, idOf(change)));
  const fields = { change: base64url(idOf(change)), validator: name };
  const signed = { ...fields, signature: base64url(signature) };
  return say(asked, 'change.approve', signed, `${name} agrees to ${inShort(change)}`, output);
}

async function ready(asked: Governing, output: Output): Promise<0 | 1> {
  const { home } = asked;
  const change = await changeGiven(home, asked.rest[0]);
  const { chainId } = await look(home);
  const { name } = readPlace(diskFiles, home).self;
  if (change.op !== 'admit' || change.validator !== name) {
    throw new Refused(`${inShort(change)} does not admit ${name}, whose home this is`);
  }
  const { consensus, cosigner } = validatorKeysNamed(diskFiles, home, name);
  const message = readySigningBytes(chainId, idOf(change));
  const signed = {
    change: base64url(idOf(change)),
    consensusSignature: base64url(signBytes(consensus, message)),
    cosignerSignature: base64url(signBytes(cosigner, message)),
  };
  return say(asked, 'validator.ready', signed, `${name} is ready`, output);
}

async function rotate(asked: Governing, output: Output): Promise<0 | 1> {
  const { home, reason } = asked;
  if (!holdsLogKeys(diskFiles, home)) {
    throw new Refused(`the key of the log is not in ${home}: its keeper rotates it`);
  }
  const { chainId, used } = await within(home, ({ genesis, epochs }) => {
    const last = epochs.latest().number;
    const keys = Array.from({ length: Number(last) }, (_, order) => {
      const epoch = epochs.of(BigInt(order) + 1n);
      return hex(epoch?.logKey ?? genesis.logKey);
    });
    return { chainId: genesis.chainId, used: new Set(keys) };
  });
  const offer = await offerLogKey(diskFiles, home, chainId, (key) => used.has(hex(key)));
  const { logKey, signature } = offer;
  const fields = { logKey: base64url(logKey), signature: base64url(signature), reason };
  return say(asked, 'log.rotate', fields, 'the change waits', output);
}

// Papers

const paperKinds = ['change.approve', 'validator.ready'] as const;

async function carry(asked: Governing, output: Output): Promise<0 | 1> {
  const text = fs.readFileSync(needed(asked.rest[0], 'PAPERFILE'), 'utf8');
  const { kind, ...fields } = paperFrom(text);
  const known = paperKinds.find((each) => each === kind);
  if (known === undefined) throw new Refused('a paper is one JSON line, as a home printed it');
  const id = hex(fromBase64url(fields.change ?? '') ?? new Uint8Array());
  const change = await changeGiven(asked.home, id);
  return say(asked, known, fields, `it was carried for ${inShort(change)}`, output);
}

function paperFrom(text: string): Record<string, string> {
  try {
    const json: unknown = JSON.parse(text);
    const pairs = Object.entries(json as object).map(([name, value]) => [name, String(value)]);
    return Object.fromEntries(pairs);
  } catch {
    return {};
  }
}

// Whom to speak to

async function trust(home: string, file: string, output: Output): Promise<0> {
  const line = lineIn(file);
  const { name, transportKey } = line;
  const network = readNetwork(diskFiles, home);
  const address = line.kind === 'validator' ? parseAddress(line.address) : null;
  const known = network.parties.find((each) => each.name === name);
  if (known !== undefined && equalBytes(known.transportKey, transportKey)) {
    output.write(`${name} is named already\n`);
    return 0;
  }
  if (known !== undefined) throw new Refused(`another party is called ${name} in network.json`);
  const party = { name, role: line.kind, address, transportKey };
  const next = { ...network, parties: [...network.parties, party] };
  parseNetwork(encodeNetwork(next));
  await writeNetwork(diskFiles, home, next);
  output.write(`${name} is named in network.json of ${home}\n`);
  return 0;
}

async function distrust(home: string, name: string, output: Output): Promise<0> {
  const network = readNetwork(diskFiles, home);
  const parties = network.parties.filter((each) => each.name !== name);
  if (parties.length === network.parties.length) {
    throw new Refused(`network.json of ${home} does not name ${name}`);
  }
  if (readPlace(diskFiles, home).self.name === name) throw new Refused(`${home} is ${name}'s own`);
  const { members } = (await look(home)).status;
  if (members.some((member) => member.name === name && !member.jailed)) {
    throw new Refused(`${name} votes: it is removed first`);
  }
  await writeNetwork(diskFiles, home, { ...network, parties });
  output.write(`${name} is no longer named in network.json of ${home}\n`);
  return 0;
}

function lineIn(file: string) {
  const [text = '', ...more] = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((each) => each.trim() !== '');
  if (more.length > 0) throw new Refused(`${file} holds more than one line`);
  return parseLine(text);
}

function needed(given: string | undefined, name: string): string {
  if (given === undefined || given === '') throw new Refused(`${name} is needed`);
  return given;
}

function whole(given: string | undefined, name: string): string {
  const text = needed(given, name);
  if (!/^(?:0|[1-9]\d{0,18})$/.test(text))
    throw new Refused(`${name} is a whole number; seen ${text}`);
  return text;
}
