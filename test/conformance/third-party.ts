/**
 * `node test/conformance/third-party.ts`: a verifier that is not ours judges our files.
 *
 * Needs Go, and fetches one module of the Go project at its first run; that is why it
 * stands beside the tests and not among them. Ends `N passed, N failed`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tlogPolicy } from '../../chain/src/log/policy.ts';
import { encodeTlogProof } from '../../chain/src/log/proof.ts';
import { confirmedInvoice, origin, proofOf } from '../support/proofs.ts';

const folder = mkdtempSync(join(tmpdir(), 'third-party-'));
const verifier = join(folder, 'verifier');
const source = fileURLToPath(new URL('go', import.meta.url));
execFileSync('go', ['build', '-o', verifier, '.'], { cwd: source, stdio: 'inherit' });

const size = 1_000_000n;
const { council, leaves, nodeAt } = await confirmedInvoice({ size });
const index = size - 10n;
const leaf = leaves.get(index) ?? new Uint8Array();
const proof = await proofOf(nodeAt, index, size, council, { leaf });
const thin = await proofOf(nodeAt, index, size, council, { leaf, signing: [0, 1] });
const text = encodeTlogProof(proof);
const policy = tlogPolicy(origin, council.log.publicKey, council.validators);
const cases = [
  ['a whole proof', text, true],
  ['two cosignatures of four', encodeTlogProof(thin), false],
  ['another index', text.replace(`index ${index}`, `index ${index - 1n}`), false],
  ['another size', text.replace(`\n${size}\n`, `\n${size + 1n}\n`), false],
  ['another leaf', encodeTlogProof({ ...proof, leaf: leaf.slice(1) }), false],
] as const;

let failed = 0;
for (const [name, content, accepted] of cases) {
  writeFileSync(join(folder, 'proof'), content);
  writeFileSync(join(folder, 'policy'), policy);
  const run = spawnSync(verifier, [join(folder, 'proof'), join(folder, 'policy')]);
  const isRight = run.status === (accepted ? 0 : 1);
  if (!isRight) failed += 1;
  console.log(`${isRight ? 'passed' : 'FAILED'}  ${name}: ${run.stdout.toString().trim()}`);
}
rmSync(folder, { recursive: true });
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
