/**
 * GET /documents/:id, for those who may read the document.
 *
 * A file from a stranger is never shown inside our pages' origin: it goes out as an attachment, and
 * its media type is not guessed at.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../kernel/fault.ts';
import { documentPath } from './model.ts';
import type { Documents } from './service.ts';

/** `readerOf` gives the organisation of whoever asks, or null when nobody is signed in. */
export function addDownload(
  app: FastifyInstance,
  documents: Documents,
  readerOf: (request: FastifyRequest, reply: FastifyReply) => Promise<string | null>,
): void {
  app.get<{ Params: { id: string } }>(`${documentPath}/:id`, async (request, reply) => {
    const reader = await readerOf(request, reply);
    if (reader === null) throw new Fault('UNAUTHENTICATED', 'Sign in before you open a document.');
    const { document, bytes } = await documents.read(reader, request.params.id);
    return reply
      .header('content-disposition', disposition(document.name))
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cache-control', 'private, no-store')
      .type(document.mediaType)
      .send(Buffer.from(bytes));
  });
}

/** RFC 6266: a plain name for old programs, the true one in UTF-8 beside it. */
function disposition(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9 ._-]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
