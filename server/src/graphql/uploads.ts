/**
 * Files in GraphQL: the multipart request specification, `operations`, then `map`, then the files.
 *
 * A file is counted while it streams in, and the request is refused at the first byte too many. Only
 * someone who is signed in may send files, and only so many are read at a time, so nobody fills the
 * memory. The result is an ordinary body whose variables hold the files.
 */
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../kernel/fault.ts';
import { graphqlLimits } from './limits.ts';
import type { UploadedFile } from './scalars.ts';

type Json = Record<string, unknown>;

let readingNow = 0;

/** Reads the whole request. Throws a `Fault` that names the part, what was seen and what is expected. */
export async function readMultipart(request: FastifyRequest): Promise<unknown> {
  const { uploadsAtOnceMax } = graphqlLimits;
  if (readingNow >= uploadsAtOnceMax)
    throw new Fault(
      'UNAVAILABLE',
      'Too many files are arriving at this moment. Try again shortly.',
      {
        expected: `at most ${uploadsAtOnceMax} at a time`,
      },
    );
  readingNow += 1;
  try {
    return await assemble(request.parts(partLimits));
  } finally {
    readingNow -= 1;
  }
}

const partLimits = {
  limits: {
    fieldSize: graphqlLimits.bodyBytesMax,
    fields: 2,
    files: graphqlLimits.uploadsPerRequestMax,
    fileSize: graphqlLimits.uploadBytesMax,
  },
};

async function assemble(parts: AsyncIterableIterator<Multipart>): Promise<unknown> {
  let operations: Json | null = null;
  let places: ReadonlyMap<string, readonly string[]> | null = null;
  const missing = new Set<string>();
  for await (const part of parts) {
    if (part.type === 'field' && part.fieldname === 'operations' && operations === null) {
      operations = parseObject('operations', part.value);
    } else if (part.type === 'field' && part.fieldname === 'map' && operations !== null) {
      places = parseMap(parseObject('map', part.value));
      for (const name of places.keys()) missing.add(name);
    } else if (part.type === 'file' && operations !== null && places !== null) {
      const file = await readFile(part);
      if (!missing.delete(part.fieldname)) throw malformed(part.fieldname, 'a name of the map');
      for (const place of places.get(part.fieldname) ?? []) put(operations, place, file);
    } else {
      throw malformed(part.fieldname, 'operations, then map, then the files');
    }
  }
  if (operations === null || places === null) throw malformed('nothing', 'operations and map');
  if (missing.size > 0) throw malformed('a map without its file', [...missing].join(', '));
  return operations;
}

/** The multipart parser breaks off at the first byte beyond the limit. */
async function readFile(part: MultipartFile): Promise<UploadedFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of part.file) chunks.push(chunk as Uint8Array);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  return { name: baseName(part.filename), mediaType: part.mimetype, bytes };
}

/** The last part of a path, without control characters: a name to show, never one to open. */
function baseName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const shown = [...last].filter((each) => each >= ' ' && each !== '\u007f').join('');
  return shown.slice(0, 255) || 'file';
}

function parseObject(name: string, value: unknown): Json {
  try {
    const parsed: unknown = JSON.parse(String(value));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Json;
  } catch {
    // Said below, as for any other text that is not an object.
  }
  throw malformed(name, 'a JSON object');
}

function parseMap(given: Json): ReadonlyMap<string, readonly string[]> {
  const entries = Object.entries(given).map(([name, paths]): [string, readonly string[]] => {
    const isPaths = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
    if (!isPaths) throw malformed(`map.${name}`, 'a list of paths');
    return [name, paths];
  });
  if (entries.length > graphqlLimits.uploadsPerRequestMax)
    throw malformed(`${entries.length} files`, `at most ${graphqlLimits.uploadsPerRequestMax}`);
  return new Map(entries);
}

/** Puts the file where the path points, which must hold null, as the specification says. */
function put(operations: Json, place: string, file: UploadedFile): void {
  const steps = place.split('.');
  const last = steps.pop() ?? '';
  let at: unknown = operations;
  for (const step of steps)
    at = Object.hasOwn(asJson(at, place), step) ? asJson(at, place)[step] : null;
  const holder = asJson(at, place);
  if (steps[0] !== 'variables' || !Object.hasOwn(holder, last) || holder[last] !== null)
    throw malformed(place, 'a path to a variable that is null');
  holder[last] = file;
}

function asJson(value: unknown, place: string): Json {
  if (typeof value === 'object' && value !== null) return value as Json;
  throw malformed(place, 'a path to a variable that is null');
}

function malformed(seen: string, expected: string): Fault {
  const message = `The multipart request is not as specified: seen ${seen}, expected ${expected}.`;
  return new Fault('BAD_INPUT', message, { seen, expected });
}
