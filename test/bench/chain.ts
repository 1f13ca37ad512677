/**
 * `npm run bench chain [-- --network] [--json]`: how fast the chain is on this machine. With `--network` the
 * four validators are processes of their own that speak TLS, and this one follows them.
 */
import {
  type BenchGround,
  benchCases,
  embeddedGround,
  runBench,
} from '../../chain/src/cli/bench.ts';
import { startNetworkChain } from '../../chain/src/index.ts';
import { foundWorld, type NetworkWorld } from '../journeys/network/world.ts';

const isNetwork = process.argv.includes('--network');
const residentMb: number[] = [];
const report = await runBench(benchCases, isNetwork ? networkGround() : embeddedGround);
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
