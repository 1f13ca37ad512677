/**
 * Documents: files as they came, kept for as long as the acts that speak of them.
 *
 * A document never changes: another content is another document. Equal files of one owner are one
 * document; equal files of two owners have nothing in common that anyone could see.
 */
import type { Moment } from '../kernel/time.ts';

export type Document = {
  readonly id: string;
  /** The organisation that stored it. */
  readonly ownerParty: string;
  /** As it was called where it came from; for people, never for a file system. */
  readonly name: string;
  readonly mediaType: string;
  readonly byteLength: number;
  /** SHA-256 of the content. Not for those who may not read the content: it would confirm a guess. */
  readonly digest: Uint8Array;
  readonly createdMs: Moment;
};

export type DocumentFile = {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
};

export const documentLimits = {
  /** 20 MiB: a scanned contract fits, a film does not. */
  bytesMax: 20 * 1024 * 1024,
  nameLengthMax: 255,
  /** What is shown of a text beside the form, in characters. */
  textLengthMax: 200_000,
} as const;

/** Where documents are downloaded: this, then the id. */
export const documentPath = '/documents';

export const mediaTypeUnknown = 'application/octet-stream';

/** The media type when it has the form of one; what a stranger wrote is not passed on otherwise. */
export function cleanMediaType(given: string): string {
  const type = given.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,90}$/.test(type)
    ? type
    : mediaTypeUnknown;
}

/** True for files that are read as text in the page. */
export function isText(mediaType: string): boolean {
  return /^text\/|[/+](xml|json)$/.test(mediaType);
}
