/**
 * `npm run bench chain [-- --network] [--runs 3] [--json]`: how fast the chain is on this machine, in medians.
 * With `--network` the four validators are processes of their own that speak TLS, and this one follows them.
 *
 * `npm run bench chain -- --entries N [--json]` lets a chain of its own grow to N entries instead, and tells
 * what entries, memory, proofs and restarts cost along the way.
 */
import {
  type BenchGround,
  benchCases,
  embeddedGround,
  runBench,
  runGrowth,
} from '../../chain/src/cli/bench.ts';
import { startNetworkChain } from '../../chain/src/index.ts';
import { foundWorld, type NetworkWorld } from '../journeys/network/world.ts';

const growTo = numberAt('--entries');
if (growTo !== undefined) {
  await grow(growTo);
  process.exit();
}
const isNetwork = process.argv.includes('--network');
const residentMb: number[] = [];
const runs = numberAt('--runs') ?? 3;
const report = await runBench(benchCases, runs, isNetwork ? networkGround() : embeddedGround);
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify(report)}\n`);
} else {
  const { syncMsP50, syncMsP99, signMs, proofMsP50, proofMsP99, restartMs } = report;
  const lines = [
    `device: a sync takes ${syncMsP50} ms (p50), ${syncMsP99} ms (p99); a signature ${signMs} ms`,
    'entries a block   in flight   signature   entries/s   final p50 ms   final p99 ms   blocks   cpu ms/entry',
    ...report.results.map((each) =>
      [
        `${each.perBlock}`.padStart(15),
        `${each.inFlight}`.padStart(11),
        each.signature.padStart(11),
        `${each.entriesPerSecond}`.padStart(11),
        `${each.finalMsP50}`.padStart(14),
        `${each.finalMsP99}`.padStart(14),
        `${each.blocks}`.padStart(8),
        `${each.cpuMsPerEntry}`.padStart(14),
      ].join(' '),
    ),
    `proof of any entry: ${proofMsP50} ms (p50), ${proofMsP99} ms (p99); restart: ${restartMs} ms`,
  ];
  if (isNetwork) lines.push(`memory of the validators: ${residentMb.join(', ')} MB`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The whole number behind an option; undefined where it is not given. */
function numberAt(option: string): number | undefined {
  const place = process.argv.indexOf(option);
  if (place === -1) return undefined;
  const number = Number(process.argv[place + 1]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new RangeError(`${option} is a whole number above 0, not ${process.argv[place + 1]}`);
}

async function grow(entries: number): Promise<void> {
  const stepsMax = 20;
  if (entries < 1_000 * stepsMax) {
    throw new RangeError(`--entries is at least ${1_000 * stepsMax}, not ${entries}`);
  }
  const isJson = process.argv.includes('--json');
  const say = (line: string): boolean => isJson || process.stdout.write(`${line}\n`);
  say('  entries   entries/s   cpu ms/entry   live MB   resident MB   proof p50 ms   proof p99 ms');
  const report = await runGrowth({ entries, step: Math.ceil(entries / stepsMax) }, (each) => {
    const columns: readonly (readonly [number, number])[] = [
      ...([
        [each.entries, 9],
        [each.entriesPerSecond, 11],
        [each.cpuMsPerEntry, 14],
      ] as const),
      ...([
        [each.liveMb, 9],
        [each.residentMb, 13],
        [each.proofMsP50, 14],
        [each.proofMsP99, 14],
      ] as const),
    ];
    say(columns.map(([value, width]) => `${value}`.padStart(width)).join(' '));
  });
  say(`processor time of an entry grows with the power ${report.slope} of the entries in the log`);
  say(`restart: ${report.restartMs} ms; after a crash: ${report.restartAfterCrashMs} ms`);
  say(`device: a sync takes ${report.syncMsP50} ms (p50)`);
  if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
}

function networkGround(): BenchGround {
  let world: NetworkWorld | null = null;
  return {
    start: async (folder, founders) => {
      if (world === null) {
        world = await foundWorld({ folder, founders });
        await Promise.all(world.validators.map((each) => each.start()));
      }
      const home = world.followers[0]?.home ?? '';
      return startNetworkChain({ home });
    },
    end: async () => {
      for (const each of world?.validators ?? []) {
        residentMb.push(Math.round(each.residentBytes() / 2 ** 20));
        await each.stop();
      }
    },
  };
}
