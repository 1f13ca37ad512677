/**
 * The server is killed two hundred times while its people work, and keeps every promise.
 *
 * Two worlds on two cores; the rest is said in run.ts. `npm run crash -- --kills N --seed S` goes on
 * for longer. A seed that failed is written to seeds.json and tried first from then on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type CrashReport, runCrashes } from './run.ts';

const kept = fileURLToPath(new URL('seeds.json', import.meta.url));
const killsPerWorld = 100;
const worlds = 2;
/** What a machine with two free cores needs some four minutes for. */
const msMax = 1_500_000;

type Kept = { readonly seed: number; readonly once: string };

function keptSeeds(): readonly Kept[] {
  return JSON.parse(readFileSync(kept, 'utf8')) as readonly Kept[];
}

function keep({ seed, broken }: CrashReport): void {
  const known = keptSeeds();
  if (broken.length === 0 || known.some((each) => each.seed === seed)) return;
  const seeds = [...known, { seed, once: broken[0] ?? '' }];
  writeFileSync(kept, `${JSON.stringify(seeds, null, 2)}\n`);
}

describe('a server that is killed while its people work', () => {
  it(
    'has everything that it acknowledged, anchored once, on one chain, and a clean audit',
    async () => {
      const fresh = Array.from({ length: worlds }, (_, order) => order + 1);
      const seeds = [...new Set([...keptSeeds().map(({ seed }) => seed), ...fresh])].slice(
        0,
        worlds,
      );

      const reports = await Promise.all(
        seeds.map((seed) => runCrashes({ seed, kills: killsPerWorld })),
      );
      for (const report of reports) {
        console.log('crash:', JSON.stringify(report));
        keep(report);
      }

      expect(reports.flatMap(({ broken }) => broken)).toEqual([]);
      const total = (of: (report: CrashReport) => number) =>
        reports.reduce((sum, report) => sum + of(report), 0);
      expect(total(({ kills }) => kills)).toBeGreaterThanOrEqual(worlds * killsPerWorld);
      // Kills met work: state changes without an answer, acts without a block, journeys that came to their end.
      expect(total(({ acks }) => acks)).toBeGreaterThan(worlds * killsPerWorld);
      expect(total(({ unanswered }) => unanswered)).toBeGreaterThan(worlds * killsPerWorld);
      expect(total(({ pendingAtKills }) => pendingAtKills)).toBeGreaterThan(0);
      expect(total(({ killsPostgres }) => killsPostgres)).toBeGreaterThan(0);
      expect(total(({ traffic }) => traffic?.journeys ?? 0)).toBeGreaterThan(0);
      expect(total(({ audits }) => audits)).toBeGreaterThanOrEqual(worlds * 2);
    },
    msMax,
  );

  it('is found out when its database acknowledges what the disk does not have yet', async () => {
    const { broken, kills } = await runCrashes({ seed: 1, kills: 20, isCareless: true });

    console.log(`crash: a careless database was found out after ${kills} kills: ${broken[0]}`);
    expect(broken).not.toEqual([]);
  }, 300_000);
});
