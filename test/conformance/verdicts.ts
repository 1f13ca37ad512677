/**
 * What our rule says of every published Ed25519 case, natively and portably, as lines of text.
 *
 * `node verdicts.ts FILE…` prints the digest of those lines: two runtimes that print the same digest agree on
 * every case. It uses nothing that an older Node lacks, so that other-nodes.ts can run it there.
 */
import { readFileSync } from 'node:fs';
import { fromHex, hex, sha256, utf8 } from '../../chain/src/crypto/digest.ts';
import {
  admitPublicKey,
  verifyEd25519Native,
  verifyEd25519Portable,
} from '../../chain/src/crypto/ed25519.ts';

export type Ed25519Case = {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** What the vectors say; null where they leave it to the rule. */
  readonly valid: boolean | null;
};

export type Ed25519Verdict = {
  readonly native: boolean;
  readonly portable: boolean;
  readonly admission: string;
};

type WycheproofFile = {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
};
type SpeccheckCase = {
  readonly message: string;
  readonly pub_key: string;
  readonly signature: string;
};

/** The cases of a file of either form, in its order. */
export function ed25519Cases(json: unknown): readonly Ed25519Case[] {
  if (Array.isArray(json)) {
    return (json as readonly SpeccheckCase[]).map((each, order) => ({
      name: `case ${order}`,
      publicKey: octetsOf(each.pub_key),
      message: octetsOf(each.message),
      signature: octetsOf(each.signature),
      valid: null,
    }));
  }
  return (json as WycheproofFile).testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, msg, sig, result }) => ({
      name: `case ${tcId}`,
      publicKey: octetsOf(publicKey.pk),
      message: octetsOf(msg),
      signature: octetsOf(sig),
      valid: result === 'valid',
    })),
  );
}

export function verdictOn({ publicKey, message, signature }: Ed25519Case): Ed25519Verdict {
  return {
    native: verifyEd25519Native(publicKey, message, signature),
    portable: verifyEd25519Portable(publicKey, message, signature),
    admission: admitPublicKey(publicKey),
  };
}

/** How many verdicts the files hold, and the SHA-256 of all of them. */
export function digestOfVerdicts(texts: readonly string[]): {
  readonly cases: number;
  readonly digest: string;
} {
  const lines = texts.flatMap((text, order) =>
    ed25519Cases(JSON.parse(text)).map((each) => {
      const { native, portable, admission } = verdictOn(each);
      return `${order} ${each.name}: ${native} ${portable} ${admission}\n`;
    }),
  );
  return { cases: lines.length, digest: hex(sha256(utf8(lines.join('')))) };
}

function octetsOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new RangeError(`not hexadecimal: ${text}`);
  return bytes;
}

const [, program = '', ...files] = process.argv;
if (/verdicts\.m?[jt]s$/.test(program)) {
  const found = digestOfVerdicts(files.map((file) => readFileSync(file, 'utf8')));
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
