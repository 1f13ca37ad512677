/**
 * `npm run test:conformance [FOLDER]`: our code against published vectors.
 *
 * The vectors are read where they lie and never copied. A missing folder, an empty
 * one and a set without cases are failures: a run that checked nothing proves nothing.
 * Without FOLDER they are looked for in `shared/vectors` beside the project.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBase64, fromHex } from '../../chain/src/crypto/digest.ts';
import {
  admitPublicKey,
  verifyEd25519Native,
  verifyEd25519Portable,
} from '../../chain/src/crypto/ed25519.ts';
import { verifyConsistency, verifyInclusion } from '../../chain/src/log/merkle.ts';

export type Count = {
  readonly set: string;
  readonly passed: number;
  /** One line for each case that went wrong. */
  readonly failures: readonly string[];
  /** What a reader should know about single cases. */
  readonly remarks: readonly string[];
};

/** All sets in `folder`; each has at least one case or one failure. */
export function runConformance(folder: string): readonly Count[] {
  return [wycheproof, speccheck, inclusion, consistency].map((run) => {
    const count = run(folder);
    const isEmpty = count.passed + count.failures.length === 0;
    return isEmpty ? { ...count, failures: ['no vectors were found'] } : count;
  });
}

/** Wycheproof: every verdict is theirs, native and portable. */
function wycheproof(folder: string): Count {
  const failures: string[] = [];
  let passed = 0;
  for (const text of filesIn(join(folder, 'ed25519'), 'wycheproof-ed25519.json')) {
    const { testGroups } = JSON.parse(text) as WycheproofFile;
    for (const { publicKey, tests } of testGroups) {
      const key = bytesOf(publicKey.pk);
      for (const { tcId, msg, sig, result } of tests) {
        const verdicts = bothVerdicts(key, bytesOf(msg), bytesOf(sig));
        if (verdicts.every((verdict) => verdict === (result === 'valid'))) passed += 1;
        else failures.push(`case ${tcId} (${result}): native, portable = ${verdicts.join(', ')}`);
      }
    }
  }
  return { set: 'ed25519 wycheproof', passed, failures, remarks: [] };
}

/** What our rule says of each speccheck case, in their order, and why. */
const speccheckRule: readonly (readonly [valid: boolean, admitted: boolean, why: string])[] = [
  [false, false, 'key and R of small order'],
  [false, false, 'key of small order'],
  [false, false, 'R of small order'],
  [true, false, 'key and R of mixed order, cofactorless equation holds: valid, yet never admitted'],
  [false, false, 'only the cofactored equation holds'],
  [false, false, 'only the cofactored equation holds, scalar times 8 before reduction'],
  [false, true, 'S is not below the group order'],
  [false, true, 'S is far above the group order'],
  [false, false, 'R of small order in a non-canonical encoding'],
  [false, false, 'R of small order in a non-canonical encoding'],
  [false, false, 'key of small order in a non-canonical encoding'],
  [false, false, 'key of small order in a non-canonical encoding'],
];

function speccheck(folder: string): Count {
  const failures: string[] = [];
  const remarks: string[] = [];
  let passed = 0;
  for (const text of filesIn(join(folder, 'ed25519'), 'speccheck-cases.json')) {
    (JSON.parse(text) as readonly SpeccheckCase[]).forEach((each, order) => {
      const rule = speccheckRule[order];
      const key = bytesOf(each.pub_key);
      const verdicts = bothVerdicts(key, bytesOf(each.message), bytesOf(each.signature));
      const admission = admitPublicKey(key);
      const [valid, admitted, why] = rule ?? [false, false, 'unknown case'];
      const line = `case ${order}: ${verdicts[0] ? 'valid' : 'invalid'}, key ${admission}: ${why}`;
      remarks.push(line);
      const asRuled = verdicts.every((verdict) => verdict === valid);
      if (rule !== undefined && asRuled && (admission === 'ok') === admitted) passed += 1;
      else failures.push(`${line}; native, portable = ${verdicts.join(', ')}`);
    });
  }
  return { set: 'ed25519 speccheck', passed, failures, remarks };
}

function inclusion(folder: string): Count {
  return merkle('rfc6962 inclusion', join(folder, 'merkle', 'inclusion'), (json) => {
    const { leafIdx, treeSize, root, leafHash, proof } = json as InclusionCase;
    return verifyInclusion({
      leaf: base64Of(leafHash),
      index: BigInt(leafIdx),
      size: BigInt(treeSize),
      hashes: (proof ?? []).map(base64Of),
      root: base64Of(root),
    });
  });
}

function consistency(folder: string): Count {
  return merkle('rfc6962 consistency', join(folder, 'merkle', 'consistency'), (json) => {
    const { size1, size2, root1, root2, proof } = json as ConsistencyCase;
    return verifyConsistency({
      size1: BigInt(size1),
      root1: base64Of(root1),
      size2: BigInt(size2),
      root2: base64Of(root2),
      hashes: (proof ?? []).map(base64Of),
    });
  });
}

function merkle(set: string, folder: string, verify: (json: unknown) => boolean): Count {
  const failures: string[] = [];
  let passed = 0;
  for (const text of filesIn(folder, '.json')) {
    const json = JSON.parse(text) as { readonly desc: string; readonly wantErr: boolean };
    if (verify(json) === !json.wantErr) passed += 1;
    else failures.push(`${json.desc}: ${json.wantErr ? 'accepted' : 'refused'}`);
  }
  return { set, passed, failures, remarks: [] };
}

function bothVerdicts(key: Uint8Array, message: Uint8Array, signature: Uint8Array) {
  return [
    verifyEd25519Native(key, message, signature),
    verifyEd25519Portable(key, message, signature),
  ] as const;
}

/** The texts of all files below `folder` whose name ends so; none when it is not there. */
function filesIn(folder: string, ending: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new RangeError(`not hexadecimal: ${text}`);
  return bytes;
}

/** Some bad cases hold hashes of a wrong length; those are still base64. */
function base64Of(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw new RangeError(`not base64: ${text}`);
  return bytes;
}

type WycheproofFile = {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
};
type SpeccheckCase = {
  readonly message: string;
  readonly pub_key: string;
  readonly signature: string;
};
type InclusionCase = {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
};
type ConsistencyCase = {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
};

if (import.meta.main) {
  const beside = fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
  const counts = runConformance(process.argv[2] ?? beside);
  for (const { set, passed, failures, remarks } of counts) {
    console.log(`${set}: ${passed} passed, ${failures.length} failed`);
    for (const remark of remarks) console.log(`  ${remark}`);
    for (const failure of failures) console.log(`  FAILED ${failure}`);
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failures.length, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
