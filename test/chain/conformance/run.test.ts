/** The run over published vectors: every file is counted, a wrong verdict is a failure, and nothing is no success. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { base64, hex, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { leafHash, nodeHash } from '@tallystick/chain/src/log/merkle.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runConformance } from '../../conformance/run.ts';
import { signerFrom } from '../../support/proofs.ts';

const program = fileURLToPath(new URL('../../conformance/run.ts', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectors-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(folder, file), text);
}

function run(): { readonly passed: number; readonly failures: readonly string[]; said: string } {
  const lines: string[] = [];
  return { ...runConformance(folder, (line) => lines.push(line)), said: lines.join('\n') };
}

const [left, right] = [leafHash(utf8('a')), leafHash(utf8('b'))];
const inclusion = {
  ...{ leafIdx: 0, treeSize: 2, leafHash: base64(left), proof: [base64(right)] },
  ...{ root: base64(nodeHash(left, right)), desc: 'happy path', wantErr: false },
};
const consistency = {
  ...{ size1: 1, size2: 2, root1: base64(left), root2: base64(nodeHash(left, right)) },
  ...{ proof: [base64(right)], desc: 'happy path', wantErr: false },
};

describe('published vectors', () => {
  it('are known by their form, wherever they lie, good ones and bad ones', () => {
    put('deep/er/one.json', inclusion);
    put('two.json', { ...inclusion, leafIdx: 1, wantErr: true });
    put('deep/three.json', consistency);
    put('four.json', { ...consistency, proof: null, wantErr: true });
    put('README.md', 'about them');

    const { passed, failures, said } = run();

    expect({ passed, failures }).toEqual({ passed: 4, failures: [] });
    expect(said).toContain(': 5 files');
    expect(said).toContain('rfc6962 inclusion: 2 passed, 0 failed');
    expect(said).toContain('README.md: no vectors');
  });

  it('that are judged otherwise than they say are failures with their name', () => {
    put('one.json', { ...inclusion, wantErr: true });
    put('two.json', { ...consistency, size1: 2 });

    expect(run().failures).toEqual([
      'one.json (happy path): accepted',
      'two.json (happy path): refused',
    ]);
  });

  it('are read exactly, also where a number is larger than a double can tell', () => {
    const text = JSON.stringify({ ...inclusion, wantErr: true });
    put('large.json', text.replace('"leafIdx":0', '"leafIdx":18446744073709551615'));

    expect(run()).toMatchObject({ passed: 1, failures: [] });
  });

  it('of a form that nobody knows, and files that cannot be read, are not passed over', () => {
    put('one.json', inclusion);
    put('strange.json', { question: 'what is this' });
    put('broken.json', '{');

    const { passed, failures } = run();

    expect(passed).toBe(1);
    expect(failures).toHaveLength(2);
    expect(failures.join()).toContain('strange.json: of no form that is known here');
  });

  it('of signatures are judged natively, portably, and on every other Node at hand', async () => {
    const signer = await signerFrom(5);
    const message = utf8('a message');
    const sig = hex(await signer.sign(message));
    const test = (tcId: number, msg: string, result: string) => ({ tcId, msg, sig, result });
    const tests = [test(1, hex(message), 'valid'), test(2, 'ff', 'invalid')];
    const file = {
      ...{ algorithm: 'EDDSA', numberOfTests: 2 },
      testGroups: [{ publicKey: { pk: hex(signer.publicKey) }, tests }],
    };
    put('ed25519.json', file);

    const right = run();
    put('ed25519.json', { ...file, numberOfTests: 3 });
    const short = run();
    put('ed25519.json', {
      ...file,
      testGroups: [
        { publicKey: { pk: hex(signer.publicKey) }, tests: [test(1, 'ff', 'valid'), tests[1]] },
      ],
    });
    const wrong = run();

    expect(right.failures).toEqual([]);
    expect(right.said).toContain(`${process.version} `);
    expect(right.passed).toBeGreaterThanOrEqual(2);
    expect(short.failures).toEqual(['ed25519.json holds 2 cases and says 3']);
    expect(wrong.failures).toHaveLength(1);
  });

  it('are asked for: none at all, or no folder, ends with exit code 1', () => {
    put('README.md', 'nothing else');
    const none = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' });
    const missing = spawnSync(process.execPath, [program, join(folder, 'x')], { encoding: 'utf8' });
    put('one.json', inclusion);
    const one = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' });

    expect([none.status, missing.status, one.status]).toEqual([1, 1, 0]);
    expect(none.stdout).toContain('FAILED no vectors were found');
    expect(none.stdout.trim().split('\n').at(-1)).toBe('0 passed, 1 failed');
    expect(one.stdout.trim().split('\n').at(-1)).toBe('1 passed, 0 failed');
  });
});
