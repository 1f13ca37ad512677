/** `chain policy`: who must have signed in each epoch, in words and as files for programs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyCommand } from '@tallystick/chain/src/cli/policy.ts';
import { encodeAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { tlogPolicy } from '@tallystick/chain/src/log/policy.ts';
import { encodeHandovers } from '@tallystick/chain/src/log/proof-files.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epochLog } from '../../support/epochs.ts';
import { flipped } from '../../support/proofs.ts';

const log = await epochLog();
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'policy-'));
  await writeFile(join(home, 'anchor.json'), encodeAnchor(log.anchor));
  const handovers = encodeHandovers(log.handovers(2));
  await writeFile(join(home, 'handovers'), handovers);
  await writeFile(join(home, 'altered'), flipped(handovers, handovers.length - 20));
});
afterAll(async () => {
  await rm(home, { recursive: true });
});

async function run(...args: readonly string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const anchored = ['--anchor', join(home, 'anchor.json'), ...args];
  const code = await policyCommand(anchored, { write: (text) => (output += text) });
  return { code, output };
}

const handed = (file = 'handovers') => ['--handovers', join(home, file)];

describe('the policy of each epoch', () => {
  it('is told in words: how much stake is enough, and how many are always enough', async () => {
    const { code, output } = await run(...handed());

    expect(code).toBe(0);
    expect(output).toContain('epoch 1, checkpoints from size 0 on');
    expect(output).toContain(
      'more than two thirds of the stake: 67 of 100\n  by count      any 3 of 4',
    );
    expect(output).toContain(
      'more than two thirds of the stake: 84 of 125\n  by count      any 4 of 5',
    );
    expect(output).toContain('          40  north, Bank of the north, run by Bank of the north');
    expect(output).toContain('epoch 3, ');
  });

  it('is a C2SP tlog-policy for programs that count, of the epoch asked for, else of the last', async () => {
    const { log: key, validators } = log.council(2);
    const second = await run(...handed(), '--epoch', '2', '--form', 'tlog');
    const last = await run(...handed(), '--form', 'tlog');
    const first = await run('--form', 'tlog');
    const of = (epoch: number) => {
      const { log: logKey, validators: set } = log.council(epoch);
      return tlogPolicy(log.anchor.origin, logKey.publicKey, set);
    };

    expect(second.output).toBe(tlogPolicy(log.anchor.origin, key.publicKey, validators));
    expect(last.output).toBe(of(3));
    expect(first.output).toBe(of(1));
  });

  it('is a file with the weights for ours', async () => {
    const { output } = await run(...handed(), '--epoch', '3', '--form', 'json');

    expect(JSON.parse(output)).toMatchObject({
      format: 'tallystick-policy/1',
      ...{ epoch: '3', firstSize: `${log.sealing(2).size + 1n}` },
      ...{ stakeTotal: '115', stakeEnough: '77', countEnough: '4', countTotal: '4' },
    });
  });

  it('is not told of an epoch that nobody handed over to, nor from a handover that does not hold', async () => {
    expect(await run(...handed(), '--epoch', '4')).toMatchObject({ code: 1 });
    expect(await run('--epoch', '2', '--form', 'tlog')).toMatchObject({ code: 1 });
    const altered = await run(...handed('altered'));
    expect(altered.code).toBe(1);
    expect(altered.output).toContain('policy: ');
    expect(await run(...handed('missing'))).toMatchObject({ code: 1 });
    expect(await run('--form', 'xml')).toMatchObject({ code: 1 });
    expect((await run('--unknown')).output).toContain('usage');
  });
});
