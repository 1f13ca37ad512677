/**
 * `npm run test:conformance [FOLDER]`: our code against published vectors, on every Node at hand.
 *
 * The vectors are read where they lie and never copied. A folder that is missing or holds no vectors is a
 * failure: a run that checked nothing proves nothing. Without FOLDER they are looked for in `shared/vectors`
 * beside the project. Ends `N passed, N failed`.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verdictsElsewhere } from './other-nodes.ts';
import { forms, inventory, type Judged, judgeFolder } from './vectors.ts';
import { digestOfVerdicts } from './verdicts.ts';

type Count = { readonly passed: number; readonly failures: readonly string[] };

/** Judges a folder and says so line by line. */
export function runConformance(folder: string, say: (line: string) => void): Count {
  const judged = judgeFolder(folder);
  say(`${folder}: ${judged.length} files`);
  for (const line of inventory(judged)) say(`  ${line}`);
  for (const form of forms) {
    const own = judged.filter((each) => each.form === form);
    if (own.length > 0)
      tell(
        say,
        form,
        countOf(own),
        own.flatMap(({ remarks }) => remarks),
      );
  }
  const rest = judged.filter(({ form }) => form === null);
  if (rest.length > 0)
    tell(
      say,
      'others',
      countOf(rest),
      rest.flatMap(({ remarks }) => remarks),
    );
  const vectors = countOf(judged);
  const nodes = nodesAgree(folder, judged, say);
  const isEmpty = vectors.passed + vectors.failures.length === 0;
  const failures = [
    ...vectors.failures,
    ...nodes.failures,
    ...(isEmpty ? [`no vectors were found in ${folder}`] : []),
  ];
  if (isEmpty) say(`  FAILED no vectors were found in ${folder}`);
  return { passed: vectors.passed + nodes.passed, failures };
}

/** The Ed25519 verdicts on every Node version at hand; each that agrees with this one counts as passed. */
function nodesAgree(folder: string, judged: readonly Judged[], say: (line: string) => void): Count {
  const files = judged
    .filter(({ form }) => form?.startsWith('ed25519') === true)
    .map(({ file }) => join(folder, file));
  if (files.length === 0) return { passed: 0, failures: [] };
  const own = digestOfVerdicts(files.map((file) => readFileSync(file, 'utf8')));
  const others = verdictsElsewhere(files);
  say(`ed25519 verdicts, ${own.cases} cases native and portable, by Node version:`);
  for (const { version, digest } of [{ version: process.version, ...own }, ...others]) {
    say(`  ${version} ${digest}`);
  }
  if (others.length === 0) say('  no other Node is at hand, so nothing was compared');
  const differing = others.filter(
    ({ digest, cases }) => digest !== own.digest || cases !== own.cases,
  );
  const failures = differing.map(({ version }) => `Node ${version} has other verdicts`);
  for (const failure of failures) say(`  FAILED ${failure}`);
  return { passed: others.length - differing.length, failures };
}

function countOf(judged: readonly Judged[]): Count {
  return {
    passed: judged.reduce((sum, each) => sum + each.passed, 0),
    failures: judged.flatMap(({ failures }) => failures),
  };
}

function tell(
  say: (line: string) => void,
  name: string,
  { passed, failures }: Count,
  remarks: readonly string[],
): void {
  say(`${name}: ${passed} passed, ${failures.length} failed`);
  for (const remark of remarks) say(`  ${remark}`);
  for (const failure of failures) say(`  FAILED ${failure}`);
}

if (import.meta.main) {
  const beside = fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
  const folder = resolve(process.argv[2] ?? beside);
  const { passed, failures } = runConformance(folder, (line) => console.log(line));
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
