/**
 * Four validators as processes of their own on 127.0.0.1 … 127.0.0.4, each with its home on the real disk,
 * and followers in this process. Every call between two of them may be led over a road (road.ts) that can
 * be closed; or each has a host of its own (wire.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parameters } from '../../../chain/src/core/governance-record.ts';
import {
  adopt,
  type FollowerLine,
  foundNetwork,
  initFollower,
  initValidator,
  type Line,
  type ValidatorLine,
} from '../../../chain/src/net/home.ts';
import {
  addressText,
  encodeNetwork,
  type Network,
  parseAddress,
  parseNetwork,
} from '../../../chain/src/net/network-file.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { type FounderKey, parseGenesis } from '../../../chain/src/shell/genesis.ts';
import { openRoad, type Road } from './road.ts';
import type { Wire } from './wire.ts';

export const names = ['north', 'east', 'south', 'west'] as const;

/** As in the package's script: a heap that stays small, and buffers beside it that go back to the system. */
const environment = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
const nodeFlags = ['--max-semi-space-size=2', '--optimize-for-size'];

/** Every host has all its ports free. */
const portOnWire = 26_700;

const cli = fileURLToPath(new URL('../../../chain/src/cli.ts', import.meta.url));

/** A validator's process, which can be killed, paused and started again. */
export type Process = {
  readonly name: string;
  readonly home: string;
  readonly address: string;
  start(flags?: readonly string[]): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and waits until it is gone. Answers the exit code. */
  stop(): Promise<number | null>;
  pause(): void;
  goOn(): void;
  isRunning(): boolean;
  /** All that it said so far. */
  said(): string;
  /** Octets of memory that are resident now. */
  residentBytes(): number;
};

export type NetworkWorld = {
  readonly folder: string;
  readonly validators: readonly Process[];
  /** Homes of followers, by name; the first holds the log's key. */
  readonly followers: readonly { readonly name: string; readonly home: string }[];
  readonly chainId: Uint8Array;
  readonly validator: (name: string) => Process;
  /** The road that leads from one to the other, whoever calls; none where calls are direct. */
  readonly road: (one: string, other: string) => Road | undefined;
  /** Nothing passes between these and the others until the answered function is called. */
  readonly partition: (names: readonly string[]) => () => void;
  readonly close: () => Promise<void>;
};

export type WorldOptions = {
  readonly folder: string;
  readonly founders: readonly FounderKey[];
  readonly followers?: readonly string[];
  /** How the network is governed, where it is not as usual. */
  readonly parameters?: Partial<Parameters>;
  /** Lead every call over a road that can be closed. */
  readonly hasRoads?: boolean;
  /** Hosts for the validators, in place of addresses of this one. Laid and taken up by the caller. */
  readonly wire?: Wire;
};

/** Founds the network as people would: each makes its keys, the lines are joined, both files go home. */
export async function foundWorld(options: WorldOptions): Promise<NetworkWorld> {
  const { folder, founders, followers = ['server'], hasRoads = false, wire } = options;
  const homeOf = (name: string): string => path.join(folder, name);
  const lines: Line[] = [];
  for (const [order, name] of names.entries()) {
    const host = wire?.hostOf(name) ?? `127.0.0.${order + 1}`;
    const port = wire === undefined ? await freePort(host) : portOnWire;
    lines.push(
      await initValidator(diskFiles, homeOf(name), {
        ...{ name, organisation: `Bank of the ${name}`, operator: `${name} runs it`, stake: 1n },
        address: `${host}:${port}`,
      }),
    );
  }
  for (const [order, name] of followers.entries()) {
    const about = { name, founders: order === 0 ? founders : [] };
    lines.push(await initFollower(homeOf(name), about));
  }
  const files = foundNetwork('test', BigInt(Date.now()), lines, options.parameters ?? null);
  const network = parseNetwork(files.network);
  const roads = new Map<string, Road>();
  for (const line of lines) {
    const seen = hasRoads ? await overRoads(network, line, roads) : network;
    await adopt(diskFiles, homeOf(line.name), { ...files, network: encodeNetwork(seen) });
  }
  const validators = lines
    .filter((line): line is ValidatorLine => line.kind === 'validator')
    .map(({ name, address }) => {
      return processOf(name, homeOf(name), address, wire?.commandOn(name) ?? []);
    });
  const road = (one: string, other: string) =>
    roads.get(`${one}>${other}`) ?? roads.get(`${other}>${one}`);
  return {
    folder,
    validators,
    followers: lines
      .filter((line): line is FollowerLine => line.kind === 'follower')
      .map(({ name }) => ({ name, home: homeOf(name) })),
    chainId: parseGenesis(files.genesis).chainId,
    validator: (name) => {
      const found = validators.find((each) => each.name === name);
      if (found === undefined) throw new RangeError(`there is no validator ${name}`);
      return found;
    },
    road,
    partition: (island) => {
      if (wire !== undefined) return wire.cutOff(island);
      const closed = [...roads].filter(([way]) => {
        const [from = '', to = ''] = way.split('>');
        return island.includes(from) !== island.includes(to);
      });
      for (const [, each] of closed) each.block();
      return () => {
        for (const [, each] of closed) each.open();
      };
    },
    close: async () => {
      for (const each of validators) await each.kill();
      for (const each of roads.values()) await each.close();
    },
  };
}

/** The network as one of them sees it: whoever it calls, it calls over a road of its own. */
async function overRoads(
  network: Network,
  { name }: Line,
  roads: Map<string, Road>,
): Promise<Network> {
  const order = network.parties.findIndex((party) => party.name === name);
  const parties = [];
  for (const [place, party] of network.parties.entries()) {
    const isCalled = party.address !== null && place !== order;
    if (!isCalled || party.address === null) {
      parties.push(party);
      continue;
    }
    const road = await openRoad(party.address);
    roads.set(`${name}>${party.name}`, road);
    parties.push({ ...party, address: road.address });
  }
  return { ...network, parties };
}

/** A validator's process in that home; it is started by its `start`. */
export function processOf(
  name: string,
  home: string,
  address: string,
  before: readonly string[],
): Process {
  let child: ChildProcess | null = null;
  let output = '';
  const isAlive = () => child !== null && child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child === null || !isAlive()) return child?.exitCode ?? null;
    const gone = once(child, 'close');
    // A paused process would only end when it goes on.
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    name,
    home,
    address,
    start: async (flags = []) => {
      if (isAlive()) throw new Error(`${name} is running already`);
      const run = [...nodeFlags, cli, 'validator', 'start', '--home', home, ...flags];
      const [program = '', ...command] = [...before, process.execPath, ...run];
      const env = { ...process.env, ...environment };
      const made = spawn(program, command, { stdio: ['ignore', 'pipe', 'pipe'], env });
      child = made;
      const running = new Promise<void>((resolve, reject) => {
        const hear = (data: Buffer): void => {
          output += data.toString();
          if (output.length > 1_000_000) output = output.slice(-500_000);
          if (data.toString().includes('running at height')) resolve();
        };
        made.stdout.on('data', hear);
        made.stderr.on('data', hear);
        made.once('close', () => reject(new Error(`${name} ended:\n${output.slice(-2_000)}`)));
      });
      await running;
    },
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    pause: () => {
      child?.kill('SIGSTOP');
    },
    goOn: () => {
      child?.kill('SIGCONT');
    },
    isRunning: isAlive,
    said: () => output,
    residentBytes: () => {
      const text = fs.readFileSync(`/proc/${child?.pid ?? 0}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
    },
  };
}

export async function freePort(host: string): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return parseAddress(addressText({ host, port: address.port })).port;
}
