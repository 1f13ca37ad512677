/**
 * Published vectors, judged file by file. A file is known by its form, wherever it lies: Wycheproof and
 * speccheck cases of Ed25519, inclusion and consistency proofs of RFC 6962 trees.
 *
 * Nothing is passed over in silence: every file of the folder is counted, a JSON file of a form that is not
 * known is a failure, and forms that this release has no use for are named.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBase64 } from '../../chain/src/crypto/digest.ts';
import { verifyConsistency, verifyInclusion } from '../../chain/src/log/merkle.ts';
import { ed25519Cases, verdictOn } from './verdicts.ts';

export const forms = [
  'ed25519 wycheproof',
  'ed25519 speccheck',
  'rfc6962 inclusion',
  'rfc6962 consistency',
] as const;
export type Form = (typeof forms)[number];

/** What became of the cases of one file. */
export type Judged = {
  readonly file: string;
  /** Null for what is not judged, with the reason as its remark. */
  readonly form: Form | null;
  readonly passed: number;
  /** One line for each case that went wrong. */
  readonly failures: readonly string[];
  /** What a reader should know about single cases. */
  readonly remarks: readonly string[];
};

/** Every file in `folder`, in the order of their names; none when it is not there. */
export function judgeFolder(folder: string): readonly Judged[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
    .sort()
    .map((file) => judgeFile(folder, file));
}

function judgeFile(folder: string, file: string): Judged {
  const unjudged = { file, form: null, passed: 0 };
  if (!file.endsWith('.json')) {
    return { ...unjudged, failures: [], remarks: [`${file}: no vectors, it is not JSON`] };
  }
  try {
    const json: unknown = JSON.parse(exactly(readFileSync(join(folder, file), 'utf8')));
    const form = formOf(json);
    if (form === undefined) {
      return { ...unjudged, failures: [`${file}: of no form that is known here`], remarks: [] };
    }
    if (!isOurs(form)) {
      const remark = `${file}: ${form}, which nothing in this release uses; not judged`;
      return { ...unjudged, failures: [], remarks: [remark] };
    }
    return { file, form, ...judges[form](json, file) };
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    return { ...unjudged, failures: [`${file}: cannot be read: ${why}`], remarks: [] };
  }
}

/** JSON numbers that a double would round are read as text. */
function exactly(text: string): string {
  return text.replace(/([:[,]\s*)(-?[0-9]{16,})(?=\s*[,\]}])/g, '$1"$2"');
}

type Unused = 'RFC 9180 (HPKE)' | 'RFC 9497 (OPRF)';

function isOurs(form: Form | Unused): form is Form {
  return (forms as readonly string[]).includes(form);
}

function formOf(json: unknown): Form | Unused | undefined {
  if (Array.isArray(json)) {
    const [first] = json as readonly unknown[];
    if (has(first, 'pub_key', 'message', 'signature')) return 'ed25519 speccheck';
    if (has(first, 'kem_id', 'aead_id')) return 'RFC 9180 (HPKE)';
    return has(first, 'groupDST', 'vectors') ? 'RFC 9497 (OPRF)' : undefined;
  }
  if (has(json, 'testGroups', 'algorithm')) return 'ed25519 wycheproof';
  if (has(json, 'leafIdx', 'treeSize', 'root', 'leafHash', 'wantErr')) return 'rfc6962 inclusion';
  if (has(json, 'size1', 'size2', 'root1', 'root2', 'wantErr')) return 'rfc6962 consistency';
  return undefined;
}

function has(value: unknown, ...names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => Object.hasOwn(value, name))
  );
}

type Cases = Pick<Judged, 'passed' | 'failures' | 'remarks'>;

const judges: Readonly<Record<Form, (json: unknown, file: string) => Cases>> = {
  'ed25519 wycheproof': wycheproof,
  'ed25519 speccheck': speccheck,
  'rfc6962 inclusion': (json, file) => merkle(json, file, inclusionHolds),
  'rfc6962 consistency': (json, file) => merkle(json, file, consistencyHolds),
};

/** Every verdict is theirs, native and portable; and there are as many as the file says. */
function wycheproof(json: unknown, file: string): Cases {
  const failures: string[] = [];
  let passed = 0;
  const cases = ed25519Cases(json);
  for (const each of cases) {
    const { native, portable } = verdictOn(each);
    if (native === each.valid && portable === each.valid) passed += 1;
    else
      failures.push(
        `${file} ${each.name} (${each.valid}): native, portable = ${native}, ${portable}`,
      );
  }
  const { numberOfTests } = json as { readonly numberOfTests?: number };
  if (numberOfTests !== undefined && numberOfTests !== cases.length) {
    failures.push(`${file} holds ${cases.length} cases and says ${numberOfTests}`);
  }
  return { passed, failures, remarks: [] };
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

function speccheck(json: unknown, file: string): Cases {
  const failures: string[] = [];
  const remarks: string[] = [];
  let passed = 0;
  ed25519Cases(json).forEach((each, order) => {
    const rule = speccheckRule[order];
    const { native, portable, admission } = verdictOn(each);
    const [valid, admitted, why] = rule ?? [false, false, 'unknown case'];
    const line = `${each.name}: ${native ? 'valid' : 'invalid'}, key ${admission}: ${why}`;
    remarks.push(line);
    const isAsRuled = native === valid && portable === valid && (admission === 'ok') === admitted;
    if (rule !== undefined && isAsRuled) passed += 1;
    else failures.push(`${file} ${line}; native, portable = ${native}, ${portable}`);
  });
  return { passed, failures, remarks };
}

type MerkleCase = {
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
} & Readonly<Record<string, string | number>>;

function merkle(json: unknown, file: string, holds: (each: MerkleCase) => boolean): Cases {
  const each = json as MerkleCase;
  if (holds(each) === !each.wantErr) return { passed: 1, failures: [], remarks: [] };
  const line = `${file} (${each.desc}): ${each.wantErr ? 'accepted' : 'refused'}`;
  return { passed: 0, failures: [line], remarks: [] };
}

function inclusionHolds({ leafIdx, treeSize, root, leafHash, proof }: MerkleCase): boolean {
  return verifyInclusion({
    leaf: base64Of(leafHash),
    index: BigInt(leafIdx ?? ''),
    size: BigInt(treeSize ?? ''),
    hashes: (proof ?? []).map(base64Of),
    root: base64Of(root),
  });
}

function consistencyHolds({ size1, size2, root1, root2, proof }: MerkleCase): boolean {
  return verifyConsistency({
    size1: BigInt(size1 ?? ''),
    root1: base64Of(root1),
    size2: BigInt(size2 ?? ''),
    root2: base64Of(root2),
    hashes: (proof ?? []).map(base64Of),
  });
}

/** Some bad cases hold hashes of a wrong length; those are still base64. */
function base64Of(text: unknown): Uint8Array {
  const bytes = typeof text === 'string' ? fromBase64(text) : undefined;
  if (bytes === undefined) throw new RangeError(`not base64: ${text}`);
  return bytes;
}

/** How many files and cases of each form lie in each folder. */
export function inventory(judged: readonly Judged[]): readonly string[] {
  const rows = new Map<string, { files: number; cases: number }>();
  for (const { file, form, passed, failures } of judged) {
    const name = `${dirname(file)}: ${form ?? 'not judged'}`;
    const row = rows.get(name) ?? { files: 0, cases: 0 };
    rows.set(name, { files: row.files + 1, cases: row.cases + passed + failures.length });
  }
  return [...rows].map(([name, { files, cases }]) => `${name}, ${files} files, ${cases} cases`);
}
