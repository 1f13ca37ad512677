/**
 * `validator <command>`: one validator of a network as a process of its own.
 *
 *   init     --home DIR --name NAME --organisation TEXT --operator TEXT --address HOST:PORT [--stake N]
 *            makes its keys and prints its public line
 *   genesis  --network NAME --out DIR [--set PARAMETER=VALUE]… LINEFILE…
 *            joins the lines of all into genesis.json and network.json, to be put into every home
 *   start    --home DIR [--restored]     runs it until a signal; --restored after a backup was put back
 *   status   --home DIR [--json]         what the running one says of itself, at most some seconds old
 *   inspect  --home DIR [VIEW] [--json]  goes through its stopped chain and recomputes all of it; a view looks
 *            into a running one, as `chain inspect` does: validators tells what is decided about them
 *   changes, propose, approve, veto, ready, rotate, carry, trust     see governing.ts
 *
 * Exit code 0 when all is well, 1 when not, with one line that says why.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type ParameterName, parameterNames } from '../act/kind.ts';
import { adopt, encodeLine, foundNetwork, initValidator, parseLine } from '../net/home.ts';
import type { Member } from '../net/member.ts';
import { beUnsure, startValidator } from '../net/running.ts';
import { diskFiles } from '../shell/files.ts';
import { governingCommand, governingCommands, governingUsage } from './governing.ts';
import { inspectCommand } from './inspect.ts';

type Output = { readonly write: (text: string) => void };

/** How often the status is written, in ms. */
const statusEveryMs = 1_000;

/** A status older than this, in ms, is of a process that hangs or is gone. */
const statusStaleMs = 10_000;

const usage = [
  'usage: validator init --home DIR --name NAME --organisation TEXT --operator TEXT --address HOST:PORT [--stake N]',
  '       validator genesis --network NAME --out DIR [--set PARAMETER=VALUE]… LINEFILE…',
  '       validator start --home DIR [--restored]',
  '       validator status --home DIR [--json]',
  '       validator inspect --home DIR [VIEW] [--json]',
  governingUsage,
  '',
].join('\n');

/** Runs the command and answers the exit code; `start` ends with the process. */
export async function validatorCommand(args: readonly string[], output: Output): Promise<0 | 1> {
  const [command = '', ...rest] = args;
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      allowPositionals: true,
      options: {
        home: { type: 'string' },
        name: { type: 'string' },
        organisation: { type: 'string' },
        operator: { type: 'string' },
        address: { type: 'string' },
        stake: { type: 'string' },
        via: { type: 'string' },
        reason: { type: 'string', default: 'Decided by its operator' },
        network: { type: 'string' },
        out: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        restored: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const needed = (name: 'home' | 'name' | 'organisation' | 'operator' | 'address'): string => {
      const value = values[name];
      if (value === undefined) throw new Error(`--${name} is needed`);
      return value;
    };
    switch (command) {
      case 'init': {
        const line = await initValidator(diskFiles, needed('home'), {
          name: needed('name'),
          organisation: needed('organisation'),
          operator: needed('operator'),
          address: needed('address'),
          stake: BigInt(values.stake ?? '1'),
        });
        output.write(`${encodeLine(line)}\n`);
        return 0;
      }
      case 'genesis':
        return await found(values.network, values.out, positionals, values.set, output);
      case 'start':
        return await run(needed('home'), values.restored, output);
      case 'status':
        return status(needed('home'), values.json, output);
      case 'inspect':
        return await inspectCommand(
          [needed('home'), ...positionals, ...(values.json ? ['--json'] : [])],
          output,
        );
      default:
        if (!governingCommands.some((each) => each === command)) {
          output.write(usage);
          return 1;
        }
        return await governingCommand(
          {
            ...{ command, home: needed('home'), via: values.via ?? needed('home') },
            stake: values.stake === undefined ? null : BigInt(values.stake),
            ...{ reason: values.reason, json: values.json, rest: positionals },
          },
          output,
        );
    }
  } catch (error) {
    output.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function found(
  network: string | undefined,
  out: string | undefined,
  lineFiles: readonly string[],
  settings: readonly string[],
  output: Output,
): Promise<0 | 1> {
  if (network === undefined || out === undefined || lineFiles.length === 0) {
    output.write(usage);
    return 1;
  }
  const lines = lineFiles
    .flatMap((file) => fs.readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map(parseLine);
  const parameters = settings.length === 0 ? null : Object.fromEntries(settings.map(settingFrom));
  await adopt(diskFiles, out, foundNetwork(network, BigInt(Date.now()), lines, parameters));
  output.write(`genesis.json and network.json are in ${out}; put both into every home\n`);
  return 0;
}

function settingFrom(given: string): readonly [ParameterName, bigint] {
  const [name, value = ''] = given.split('=');
  const parameter = parameterNames.find((each) => each === name);
  if (parameter === undefined || !/^\d{1,19}$/.test(value)) {
    throw new Error(
      `--set is PARAMETER=VALUE with one of ${parameterNames.join(', ')}; seen ${given}`,
    );
  }
  return [parameter, BigInt(value)];
}

// Running

async function run(home: string, isRestored: boolean, output: Output): Promise<0 | 1> {
  const say = (text: string): void => output.write(`${new Date().toISOString()} ${text}\n`);
  if (isRestored) await beUnsure(diskFiles, home);
  const { promise: ending, resolve: end } = Promise.withResolvers<0 | 1>();
  const member = await startValidator({
    home,
    onFatal: (error) => {
      say(`stopped: ${error.stack ?? error.message}`);
      end(1);
    },
    onEvidence: ({ kind, voter, epoch, view }) =>
      say(`evidence: validator ${voter} broke a rule in view ${view} of epoch ${epoch}: ${kind}`),
    note: say,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0));
  const report = (): void => writeStatus(home, member);
  report();
  const reporting = setInterval(report, statusEveryMs);
  say(`running at height ${member.engine.status().height}`);
  void member.voting.then(() => say('voting'));
  const code = await ending;
  clearInterval(reporting);
  if (code === 0) await member.stop();
  fs.rmSync(statusPath(home), { force: true });
  if (code === 1) process.exit(1);
  return code;
}

const statusPath = (home: string): string => path.join(home, 'status.json');

/** For people and probes; nothing depends on it, so it is not made durable. */
function writeStatus(home: string, { engine, peers }: Member): void {
  const { height, size, epoch, view, mempool, lastFinalMs } = engine.status();
  const json = {
    ...{ pid: process.pid, writtenMs: Date.now() },
    ...{ height: `${height}`, size: `${size}`, epoch: `${epoch}`, view: `${view}`, mempool },
    lastFinalMs: lastFinalMs === null ? null : `${lastFinalMs}`,
    memory: process.memoryUsage(),
    peers: peers(),
  };
  const draft = `${statusPath(home)}.new`;
  fs.writeFileSync(draft, `${JSON.stringify(json, null, 2)}\n`);
  fs.renameSync(draft, statusPath(home));
}

function status(home: string, isJson: boolean, output: Output): 0 | 1 {
  if (!fs.existsSync(statusPath(home))) {
    output.write(`no validator runs in ${home}\n`);
    return 1;
  }
  const text = fs.readFileSync(statusPath(home), 'utf8');
  const said = JSON.parse(text) as Status;
  const ageMs = Date.now() - said.writtenMs;
  const isStale = ageMs > statusStaleMs;
  output.write(isJson ? text : inWords(said, ageMs));
  return isStale ? 1 : 0;
}

type Status = {
  readonly pid: number;
  readonly writtenMs: number;
  readonly height: string;
  readonly epoch: string;
  readonly view: string;
  readonly mempool: number;
  readonly memory: { readonly rss: number };
  readonly peers: ReturnType<Member['peers']>;
};

function inWords(said: Status, ageMs: number): string {
  const { pid, height, epoch, view, mempool, memory, peers } = said;
  const state = ageMs > statusStaleMs ? 'NOT RUNNING, last seen' : 'seen';
  return [
    `process ${pid}, ${state} ${(ageMs / 1000).toFixed(1)} s ago, ${(memory.rss / 2 ** 20).toFixed(0)} MB`,
    `height ${height}, epoch ${epoch}, view ${view}, ${mempool} acts wait`,
    ...peers.map(
      ({ name, role, isNear, queuedBytes }) =>
        `${role} ${name}: ${isNear ? `connected, ${queuedBytes} octets wait` : 'away'}`,
    ),
    '',
  ].join('\n');
}
