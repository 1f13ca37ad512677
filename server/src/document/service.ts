/**
 * Storing and reading documents, encrypted at rest.
 *
 *   master key ──wraps──▶ key of the organisation ──wraps──▶ key of the document ──seals──▶ the file
 *
 * The blob's name is an HMAC of the content's digest under the organisation's key, so equal files of
 * one owner are kept once, and neither disk nor database shows that two owners hold the same file.
 * A row is committed only after its blob is on the disk: a crash between the two leaves a blob that
 * nobody refers to and that the next attempt writes again.
 *
 * Storing is no act; the act that uses a document carries its salted digest.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Fault, notFound } from '../kernel/fault.ts';
import type { Moment } from '../kernel/time.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import { keyBytes, keyedDigest, newKey, purposeKey, seal, unseal } from '../platform/seal.ts';
import { cleanMediaType, type Document, type DocumentFile, documentLimits } from './model.ts';

export type Documents = {
  /**
   * Keeps a file for its owner. The same content again gives the document that is already there,
   * with the name that it had first, and `isNew` false. Refuses an empty file and one too large.
   */
  store(ownerParty: string, file: DocumentFile): Promise<StoredDocument>;
  /** The document of that id when the reader may see it; null otherwise. */
  find(reader: string, id: string): Promise<Document | null>;
  /** The document with its content. Throws NOT_FOUND when it is not there or not the reader's to see. */
  read(reader: string, id: string): Promise<DocumentContent>;
  /** The owner's document with that content, or null. */
  alreadyStored(ownerParty: string, digest: Uint8Array): Promise<Document | null>;
};

export type StoredDocument = { readonly document: Document; readonly isNew: boolean };
export type DocumentContent = { readonly document: Document; readonly bytes: Uint8Array };

/** A document as its table holds it. */
export type DocumentRow = {
  readonly id: string;
  readonly ownerParty: string;
  readonly blob: string;
  readonly wrappedKey: Uint8Array;
  readonly name: string;
  readonly mediaType: string;
  readonly byteLength: number;
  readonly createdMs: Moment;
};

export type DocumentStore = {
  /** The owner's wrapped key; the first caller's is kept, and all get that one. */
  organisationKey(ownerParty: string, fresh: Uint8Array, atMs: Moment): Promise<Uint8Array>;
  byBlob(ownerParty: string, blob: string): Promise<DocumentRow | null>;
  visible(reader: string, id: string): Promise<DocumentRow | null>;
  /**
   * Adds the row and commits it after `write` is done; nobody else adds the same blob meanwhile.
   * Returns the row that is there already instead, and then does not write.
   */
  add(row: DocumentRow, write: () => Promise<void>): Promise<DocumentRow>;
};

export type Blobs = {
  /** Durable when it returns; replaces what had that name. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Null when there is none of that name. */
  get(name: string): Promise<Uint8Array | null>;
};

/** What is on the disk is not what was stored. It is never shown; an operator restores it. */
export class DocumentDamaged extends Error {
  override readonly name = 'DocumentDamaged';

  constructor(id: string, what: string, cause?: unknown) {
    super(`The file of document ${id} ${what}.`, { cause });
  }
}

export type DocumentsOptions = {
  readonly store: DocumentStore;
  readonly blobs: Blobs;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly ids: Ids;
};

/** Organisations whose key is kept unwrapped in memory at a time. */
const openKeysMax = 1_000;

export function openDocuments(options: DocumentsOptions): Documents {
  const { store, blobs, clock, ids } = options;
  const ownerKey = openOwnerKeys(options);

  async function alreadyStored(ownerParty: string, digest: Uint8Array): Promise<Document | null> {
    const key = await ownerKey(ownerParty);
    const row = await store.byBlob(ownerParty, blobName(key, digest));
    return row === null ? null : toDocument(row, openEnvelope(key, row));
  }

  return {
    alreadyStored,

    async store(ownerParty, file) {
      checkSize(file.bytes.length);
      const digest = sha256(file.bytes);
      const known = await alreadyStored(ownerParty, digest);
      if (known !== null) return { document: known, isNew: false };

      const key = await ownerKey(ownerParty);
      const id = ids.next('doc');
      const documentKey = newKey();
      const row: DocumentRow = {
        ...{ id, ownerParty, blob: blobName(key, digest) },
        wrappedKey: seal(key, envelopeContext(id), Buffer.concat([documentKey, digest])),
        name: cleanName(file.name),
        mediaType: cleanMediaType(file.mediaType),
        byteLength: file.bytes.length,
        createdMs: clock.now(),
      };
      const sealed = seal(documentKey, contentContext(id), file.bytes);
      const kept = await store.add(row, () => blobs.put(row.blob, sealed));
      return { document: toDocument(kept, openEnvelope(key, kept)), isNew: kept.id === id };
    },

    async find(reader, id) {
      const row = await store.visible(reader, id);
      if (row === null) return null;
      return toDocument(row, openEnvelope(await ownerKey(row.ownerParty), row));
    },

    async read(reader, id) {
      const row = await store.visible(reader, id);
      if (row === null) throw notFound();
      const envelope = openEnvelope(await ownerKey(row.ownerParty), row);
      const sealed = await blobs.get(row.blob);
      if (sealed === null) throw new DocumentDamaged(id, 'is missing');
      return { document: toDocument(row, envelope), bytes: openContent(row, envelope, sealed) };
    },
  };
}

type Envelope = { readonly documentKey: Uint8Array; readonly digest: Uint8Array };

/** The key of each owner, made on first use, wrapped by the master key. */
function openOwnerKeys({ store, masterKey, clock }: DocumentsOptions) {
  const wrapping = purposeKey(masterKey, 'organisation key');
  const open = new Map<string, Promise<Uint8Array>>();

  async function unwrap(ownerParty: string): Promise<Uint8Array> {
    const context = `organisation ${ownerParty}`;
    const fresh = seal(wrapping, context, newKey());
    return unseal(wrapping, context, await store.organisationKey(ownerParty, fresh, clock.now()));
  }

  return (ownerParty: string): Promise<Uint8Array> => {
    const known = open.get(ownerParty);
    if (known !== undefined) return known;
    const [oldest] = open.keys();
    if (open.size >= openKeysMax && oldest !== undefined) open.delete(oldest);
    const key = unwrap(ownerParty);
    open.set(ownerParty, key);
    key.catch(() => open.delete(ownerParty));
    return key;
  };
}

function openEnvelope(ownerKey: Uint8Array, { id, wrappedKey }: DocumentRow): Envelope {
  try {
    const content = unseal(ownerKey, envelopeContext(id), wrappedKey);
    return { documentKey: content.subarray(0, keyBytes), digest: content.subarray(keyBytes) };
  } catch (cause) {
    throw new DocumentDamaged(id, 'has a key that does not open', cause);
  }
}

function openContent({ id }: DocumentRow, envelope: Envelope, sealed: Uint8Array): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = unseal(envelope.documentKey, contentContext(id), sealed);
  } catch (cause) {
    throw new DocumentDamaged(id, 'was altered', cause);
  }
  if (!timingSafeEqual(sha256(bytes), envelope.digest))
    throw new DocumentDamaged(id, 'is not the one that was stored');
  return bytes;
}

function toDocument(row: DocumentRow, { digest }: Envelope): Document {
  const { id, ownerParty, name, mediaType, byteLength, createdMs } = row;
  return { id, ownerParty, name, mediaType, byteLength, digest, createdMs };
}

function checkSize(size: number): void {
  const { bytesMax } = documentLimits;
  if (size === 0)
    throw new Fault('BAD_INPUT', 'The file is empty.', { seen: '0 bytes', expected: 'a file' });
  if (size > bytesMax)
    throw new Fault('LIMIT_EXCEEDED', `A file may have ${bytesMax} bytes at most.`, {
      seen: `${size} bytes`,
      expected: `at most ${bytesMax} bytes`,
    });
}

function cleanName(name: string): string {
  return name.trim().slice(0, documentLimits.nameLengthMax) || 'file';
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function blobName(ownerKey: Uint8Array, digest: Uint8Array): string {
  return Buffer.from(keyedDigest(purposeKey(ownerKey, 'blob name'), digest)).toString('hex');
}

function envelopeContext(id: string): string {
  return `document key ${id}`;
}

function contentContext(id: string): string {
  return `document ${id}`;
}
