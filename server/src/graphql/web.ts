/**
 * The built web app as static files. Files whose names carry a hash may be kept for a year; the page
 * itself is asked for each time. Any other address that a person opens gets the page, and the page
 * finds the screen.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const hashedFolder = `${path.sep}assets${path.sep}`;
const ownPaths = /^\/(graphql|documents|healthz|assets|capture|checkpoint|tile|log)(\/|\?|$)/;

export async function serveWeb(app: FastifyInstance, folder: string | null): Promise<void> {
  const hasPage = folder !== null && existsSync(path.join(folder, 'index.html'));
  if (folder !== null && hasPage) {
    await app.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      setHeaders: (reply, file) => {
        const kept = file.includes(hashedFolder)
          ? 'public, max-age=31536000, immutable'
          : 'no-cache';
        reply.header('cache-control', kept);
      },
    });
  }

  app.setNotFoundHandler((request, reply) => {
    const isPage =
      hasPage &&
      request.method === 'GET' &&
      !ownPaths.test(request.url) &&
      (request.headers.accept ?? '').includes('text/html');
    if (isPage) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return reply.code(404).send({
      errors: [{ message: 'There is nothing at this address.', extensions: { code: 'NOT_FOUND' } }],
    });
  });
}
