/**
 * The sources as the tidy tests see them: every file, what it imports, and its text without comments.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export type Source = {
  /** From the project's root, with forward slashes. */
  readonly file: string;
  /** Without comments; strings stay. */
  readonly code: string;
  readonly imports: readonly Import[];
};

export type Import =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'package'; readonly name: string };

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['chain/src', 'server/src', 'prisma', 'web'];
/** Made by tools, or no sources. */
const skipped =
  /(^|\/)(node_modules|dist|migrations|constraints)\/|^server\/src\/db\/|^web\/src\/lib\/graphql\//;

export function readSources(): readonly Source[] {
  return folders
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
    )
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !skipped.test(file))
    .sort()
    .map(readSource);
}

function readSource(file: string): Source {
  const code = withoutComments(readFileSync(path.join(root, file), 'utf8'));
  return { file, code, imports: importsOf(file, code) };
}

/** Comments become a space; what stands in quotes stays, so that a '//' in an address is no comment. */
export function withoutComments(text: string): string {
  const token =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g;
  return text.replace(token, (_match, quoted: string | undefined) => quoted ?? ' ');
}

/** Every form of import and re-export, static and dynamic, also those of types only. */
export function importsOf(file: string, code: string): readonly Import[] {
  const forms = [
    /(?:^|[;\n])\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"\n]+)['"]/g,
    /(?:^|[;\n])\s*import\s*['"]([^'"\n]+)['"]/g,
    /\bimport\s*\(\s*['"]([^'"\n]+)['"]/g,
  ];
  return forms
    .flatMap((form) => [...code.matchAll(form)].map(([, target = '']) => target))
    .map((target) =>
      target.startsWith('.')
        ? { kind: 'file', file: path.posix.join(path.posix.dirname(file), target) }
        : { kind: 'package', name: target },
    );
}
