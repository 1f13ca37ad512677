/**
 * What the edge knows of a request, before any slice is asked: who is signed in, from where, and how
 * to hand out or take back the session's cookie. The same for HTTP and for subscriptions.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session, Sessions } from '../platform/sessions.ts';

export type RequestContext = {
  readonly session: Session | null;
  /** The address that counts for rate limits. */
  readonly address: string;
  /** In the log and in the answer's header, so that the two can be brought together. */
  readonly requestId: string;
  /** Hands the token to the browser; over a socket it does nothing. */
  giveCookie(token: string, session: Session): void;
  takeCookie(): void;
};

export const sessionCookie = 'tallystick_session';

/** A token of the Authorization header goes before the cookie, so a program is never someone's tab. */
export function tokenOf(headers: {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}): string | null {
  const bearer = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(headers.authorization ?? '');
  return bearer?.[1] ?? headers.cookie ?? null;
}

export async function requestContext(
  request: FastifyRequest,
  reply: FastifyReply,
  sessions: Sessions,
  isSecure: boolean,
): Promise<RequestContext> {
  const token = tokenOf({
    authorization: request.headers.authorization,
    cookie: request.cookies[sessionCookie],
  });
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const;
  return {
    session: token === null ? null : await sessions.find(token),
    address: request.ip,
    requestId: request.id,
    giveCookie: (given, { expiresMs }) => {
      reply.setCookie(sessionCookie, given, { ...cookie, expires: new Date(Number(expiresMs)) });
    },
    takeCookie: () => {
      reply.clearCookie(sessionCookie, cookie);
    },
  };
}
