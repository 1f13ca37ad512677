/**
 * Documents of standards bodies, which are not ours to copy: they are read where they lie, in a folder
 * `shared` beside the project. On a machine without it the tests over them are skipped, and say so.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a folder or file among them; undefined where it is not there, which is printed. */
export function official(name: string): string | undefined {
  const place = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  if (existsSync(place)) return place;
  console.log(`Skipped: what is tested over ${name} needs the published documents in ${place}.`);
  return undefined;
}
