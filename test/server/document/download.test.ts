import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobs } from '../../../server/src/document/blobs.ts';
import { addDownload } from '../../../server/src/document/download.ts';
import { openDocuments } from '../../../server/src/document/service.ts';
import { documentStore } from '../../../server/src/document/store.ts';
import { statusOf } from '../../../server/src/graphql/errors.ts';
import { Fault } from '../../../server/src/kernel/fault.ts';
import { systemClock } from '../../../server/src/platform/clock.ts';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import { randomIds } from '../../../server/src/platform/ids.ts';
import { newKey } from '../../../server/src/platform/seal.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

const bytes = Buffer.from('<script>alert(1)</script>');
const file = { name: '发票 "42".html', mediaType: 'text/html', bytes };
const app = Fastify();

let fresh: FreshDatabase;
let database: Database;
let folder: string;
let id: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
  folder = await mkdtemp(path.join(tmpdir(), 'tallystick-download-'));
  const documents = openDocuments({
    ...{ store: documentStore(database.prisma), blobs: openBlobs(folder), masterKey: newKey() },
    ...{ clock: systemClock(), ids: randomIds() },
  });
  id = (await documents.store('par_bolt', file)).document.id;
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Fault ? statusOf(error.code) : 500).send(),
  );
  addDownload(app, documents, async ({ headers }) => headers.from ?? null);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await database.close();
  await fresh.drop();
  await rm(folder, { recursive: true });
});

const open = (asked: string, from?: string) =>
  app.inject({ url: `/documents/${asked}`, ...(from === undefined ? {} : { headers: { from } }) });

describe('downloading a document', () => {
  it('gives its bytes as an attachment that no page of ours runs, under its own name', async () => {
    const answer = await open(id, 'par_bolt');

    expect(answer.rawPayload).toEqual(bytes);
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringContaining('text/html'),
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
      'content-disposition': `attachment; filename="__ _42_.html"; filename*=UTF-8''%E5%8F%91%E7%A5%A8%20%2242%22.html`,
    });
  });

  it('is not found for others, and asks who you are when nobody is signed in', async () => {
    const answers = [
      await open(id, 'par_other'),
      await open('doc_none', 'par_bolt'),
      await open(id),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 401]);
  });
});
