/**
 * The smallest world: its governor and nobody else. In this process by `smallWorld`, or as a process
 * of its own, which can be killed:
 *
 *   node test/support/small-world.ts HOME        prints one line of JSON when it is ready
 */
import { readConfig } from '../../server/src/config.ts';
import { governorId } from '../../server/src/party/genesis.ts';
import { openLog } from '../../server/src/platform/log.ts';
import { type Seed, startWorld, type World } from '../../server/src/world.ts';

export const governor = { login: 'governor', password: 'correct horse' };

export const smallSeed: Seed = {
  facts: {
    networkName: 'test.example',
    operatorName: 'Test network',
    country: 'NL',
    governorName: 'Gia Governor',
    businessDate: '2026-01-15',
    zone: 'UTC',
    clock: 'BY_HAND',
    validators: ['a', 'b', 'c', 'd'].map((name) => ({
      name: `validator-${name}`,
      organisation: `Organisation ${name.toUpperCase()}`,
      operator: 'Test network',
    })),
  },
  async plant({ sessions }) {
    await sessions.setLogin({ personId: governorId, ...governor });
    return [{ ...governor, name: 'Gia Governor', what: 'network governor' }];
  },
};

export function smallWorld(
  home: string,
  environment: Readonly<Record<string, string>> = {},
  failed: (error: unknown) => void = console.error,
): Promise<World> {
  return startWorld({
    config: readConfig({ TALLYSTICK_HOME: home, PORT: '0', ...environment }),
    seed: smallSeed,
    log: openLog({ level: 'silent', file: null }),
    webFolder: Promise.resolve(null),
    failed,
  });
}

const [home] = process.argv.slice(2);
if (import.meta.main && home !== undefined) {
  const { url } = await smallWorld(home);
  console.log(JSON.stringify({ url }));
}
