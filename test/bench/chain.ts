/** `npm run bench chain [--json]`: how fast the chain is on this machine. */
import { benchCases, runBench } from '../../chain/src/cli/bench.ts';

const report = await runBench(benchCases);
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
  process.stdout.write(`${lines.join('\n')}\n`);
}
