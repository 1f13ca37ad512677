import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlobs } from '../../../server/src/document/blobs.ts';
import { documentLimits } from '../../../server/src/document/model.ts';
import {
  type Blobs,
  DocumentDamaged,
  type Documents,
  openDocuments,
} from '../../../server/src/document/service.ts';
import { documentStore } from '../../../server/src/document/store.ts';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import { randomIds } from '../../../server/src/platform/ids.ts';
import { newKey } from '../../../server/src/platform/seal.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

const supplier = 'par_bolt';
const buyer = 'par_aurora';
const outsider = 'par_outsider';
const secret = 'Invoice BOLT-2026-0042 over CNY 98,000.00';
const file = { name: 'invoice.xml', mediaType: 'application/xml', bytes: Buffer.from(secret) };
const masterKey = newKey();

let fresh: FreshDatabase;
let database: Database;
let folder: string;
let documents: Documents;

beforeEach(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-documents-'));
  documents = open(openBlobs(folder));
});
afterEach(async () => {
  await database.close();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

function open(blobs: Blobs, key = masterKey): Documents {
  return openDocuments({
    store: documentStore(database.prisma),
    ...{ blobs, masterKey: key, ids: randomIds(), clock: { now: () => 1_800_000_000_000n } },
  });
}

async function blobFiles(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => path.join(each.parentPath, each.name));
}

const rowCount = () => database.prisma.document.count();

describe('a document', () => {
  it('is read by its owner as it was stored', async () => {
    const { document, isNew } = await documents.store(supplier, file);

    const read = await documents.read(supplier, document.id);

    expect(isNew).toBe(true);
    expect(Buffer.from(read.bytes).toString()).toBe(secret);
    expect(read.document).toEqual(document);
    expect(Buffer.from(document.digest)).toEqual(createHash('sha256').update(secret).digest());
  });

  it('is not found for anyone else, as if it were not there, until a reader is granted the whole', async () => {
    const { document } = await documents.store(supplier, file);
    const grant = (level: string) =>
      database.prisma.access.upsert({
        where: { id: `${buyer}:${document.id}` },
        create: {
          ...{ id: `${buyer}:${document.id}`, reader: buyer, object: document.id },
          ...{ type: 'Document', level, sinceMs: 1n },
        },
        update: { level },
      });

    await expect(documents.read(outsider, document.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(documents.read(outsider, 'doc_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await grant('S');
    expect(await documents.find(buyer, document.id)).toBeNull();
    await grant('F');
    expect(await documents.find(buyer, document.id)).toEqual(document);
    expect(await documents.find(outsider, document.id)).toBeNull();
  });

  it('is kept once for its owner, under the name that it had first', async () => {
    const first = await documents.store(supplier, file);
    const again = await documents.store(supplier, { ...file, name: 'copy.xml' });

    expect(again).toEqual({ document: first.document, isNew: false });
    expect(await documents.alreadyStored(supplier, first.document.digest)).toEqual(first.document);
    expect(await blobFiles()).toHaveLength(1);
  });

  it('is kept once when it is stored many times at once, and stays readable', async () => {
    const stored = await Promise.all(
      Array.from({ length: 12 }, () => documents.store(supplier, file)),
    );

    const ids = new Set(stored.map(({ document }) => document.id));
    const [id = ''] = ids;
    expect(ids.size).toBe(1);
    expect(stored.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(Buffer.from((await documents.read(supplier, id)).bytes).toString()).toBe(secret);
  });

  it('of another owner with the same content shares no name, no byte and no key with it', async () => {
    const ours = await documents.store(supplier, file);
    const theirs = await documents.store(buyer, file);

    const rows = await database.prisma.document.findMany();
    const [first, second] = await Promise.all((await blobFiles()).map((each) => readFile(each)));

    expect(theirs.document.id).not.toBe(ours.document.id);
    expect(new Set(rows.map(({ blob }) => blob)).size).toBe(2);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
    expect(await documents.alreadyStored(outsider, ours.document.digest)).toBeNull();
  });

  it('shows neither content nor digest on the disk or in the database', async () => {
    const { document } = await documents.store(supplier, file);
    const rows = JSON.stringify(
      [await database.prisma.document.findMany(), await database.prisma.organisationKey.findMany()],
      (_name, value) =>
        typeof value === 'bigint'
          ? value.toString()
          : value instanceof Uint8Array
            ? Buffer.from(value).toString('hex')
            : value,
    );
    const bytes = Buffer.concat(
      await Promise.all((await blobFiles()).map((each) => readFile(each))),
    );
    const names = (await blobFiles()).join();

    for (const trace of [secret, Buffer.from(secret).toString('hex')]) {
      expect(rows).not.toContain(trace);
      expect(bytes.includes(trace)).toBe(false);
    }
    const digest = Buffer.from(document.digest).toString('hex');
    expect(rows + names).not.toContain(digest);
  });

  it('opens with the master key only', async () => {
    const { document } = await documents.store(supplier, file);

    const stranger = open(openBlobs(folder), newKey());

    await expect(stranger.read(supplier, document.id)).rejects.toThrow();
  });

  it('that was altered on the disk by one bit is refused and never shown', async () => {
    const { document } = await documents.store(supplier, file);
    const [blob = ''] = await blobFiles();
    const bytes = await readFile(blob);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(blob, bytes);

    await expect(documents.read(supplier, document.id)).rejects.toThrow(DocumentDamaged);
  });

  it('whose blob was exchanged for another of the same owner is refused', async () => {
    const { document } = await documents.store(supplier, file);
    const [first = ''] = await blobFiles();
    await documents.store(supplier, { ...file, bytes: Buffer.from('another') });
    const second = (await blobFiles()).find((each) => each !== first) ?? '';
    await writeFile(first, await readFile(second));

    await expect(documents.read(supplier, document.id)).rejects.toThrow(DocumentDamaged);
  });

  it('whose blob is gone is refused as damaged', async () => {
    const { document } = await documents.store(supplier, file);
    const [blob = ''] = await blobFiles();
    await rm(blob);

    await expect(documents.read(supplier, document.id)).rejects.toThrow('is missing');
  });

  it('is never changed, not even in the database', async () => {
    await documents.store(supplier, file);

    await expect(database.pool.query(`UPDATE document SET name = 'other'`)).rejects.toThrow(
      'never changed',
    );
  });

  it('has at least one byte and at most the limit', async () => {
    const { bytesMax } = documentLimits;
    const largest = await documents.store(supplier, { ...file, bytes: Buffer.alloc(bytesMax, 1) });

    expect((await documents.read(supplier, largest.document.id)).bytes.length).toBe(bytesMax);
    await expect(
      documents.store(supplier, { ...file, bytes: Buffer.alloc(bytesMax + 1) }),
    ).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(
      documents.store(supplier, { ...file, bytes: Buffer.alloc(0) }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each([
    ['text/html; charset=utf-8', 'text/html'],
    ['Application/XML', 'application/xml'],
    ['text/html\r\nset-cookie: a=b', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('declared as %j is kept as %s', async (mediaType, kept) => {
    const { document } = await documents.store(supplier, { ...file, mediaType });

    expect(document.mediaType).toBe(kept);
  });
});

describe('a crash while a document is stored', () => {
  const disk = () => openBlobs(folder);

  it('between blob and row leaves no document, and storing it again succeeds', async () => {
    const dying = open({
      ...disk(),
      put: async (name, bytes) => {
        await disk().put(name, bytes);
        throw new Error('killed after the blob');
      },
    });

    await expect(dying.store(supplier, file)).rejects.toThrow('killed after the blob');
    expect(await rowCount()).toBe(0);
    expect(await blobFiles()).toHaveLength(1);

    const { document } = await documents.store(supplier, file);
    expect(Buffer.from((await documents.read(supplier, document.id)).bytes).toString()).toBe(
      secret,
    );
    expect(await blobFiles()).toHaveLength(1);
  });

  it('before the blob leaves nothing at all', async () => {
    const dying = open({ ...disk(), put: () => Promise.reject(new Error('no space left')) });

    await expect(dying.store(supplier, file)).rejects.toThrow('no space left');

    expect(await rowCount()).toBe(0);
    expect(await blobFiles()).toEqual([]);
  });

  it('of the disk while it writes leaves no half file under the name of a blob', async () => {
    const blobs = disk();
    await writeFile(path.join(folder, 'ab'), 'a file where the folder should be');

    await expect(blobs.put('ab'.repeat(32), Buffer.from('content'))).rejects.toThrow();

    expect(await blobs.get('cd'.repeat(32))).toBeNull();
  });
});
