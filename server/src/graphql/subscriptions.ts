/**
 * GraphQL over WebSocket (the graphql-ws protocol) on the path of the HTTP endpoint, with the same
 * context, limits and errors.
 *
 * A socket belongs to one session and lives no longer: it is closed when the session ends or
 * expires, at once and with a reason. A page of another site cannot open one with our cookie.
 */
import type { Server } from 'node:http';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Session, Sessions } from '../platform/sessions.ts';
import type { ErrorFormatter } from './errors.ts';
import { excess, graphqlLimits, tooMuch } from './limits.ts';
import type { RequestContext } from './request.ts';

export type SubscriptionsOptions<C extends object> = {
  readonly server: Server;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly sessions: Sessions;
  readonly format: ErrorFormatter;
  readonly newRequestId: () => string;
  /** The token of the upgrade request, from its header or its cookie. */
  readonly tokenOf: (request: Extra['request']) => string | null;
  readonly contextOf: (request: RequestContext) => Promise<C>;
};

export type Subscriptions = { stop(): Promise<void> };

/** What a socket carries from its opening to its closing. */
type Held = { session?: Session; token?: string; minuteStartMs?: number; operations?: number };
type Socket = Extra & Partial<Held>;

const unauthenticated = 4401;
const timerMsMax = 2_147_483_647;

export function serveSubscriptions<C extends object>(
  options: SubscriptionsOptions<C>,
): Subscriptions {
  const { schema, sessions, format } = options;
  const open = new Map<WebSocket, { readonly key: string; readonly expiry: NodeJS.Timeout }>();
  const sockets = new WebSocketServer({
    server: options.server,
    path: options.path,
    maxPayload: graphqlLimits.socketMessageBytesMax,
    verifyClient: ({ req }: { req: Extra['request'] }) =>
      open.size < graphqlLimits.socketsMax && isSameOrigin(req),
  });
  const stopListening = sessions.onEnd((key) => {
    for (const [socket, held] of open)
      if (held.key === key) socket.close(unauthenticated, 'Signed out.');
  });

  const server = useServer<Record<string, unknown>, Held>(
    {
      schema,
      connectionInitWaitTimeout: 5_000,

      async onConnect({ extra, connectionParams }) {
        const token = tokenFrom(connectionParams) ?? options.tokenOf(extra.request);
        const session = token === null ? null : await sessions.find(token);
        if (token === null || session === null) {
          extra.socket.close(unauthenticated, 'Sign in first.');
          return false;
        }
        Object.assign(extra, { session, token });
        hold(open, extra.socket, session);
        // The session may have ended while its socket was not yet on the list.
        if ((await sessions.find(token)) === null) {
          extra.socket.close(unauthenticated, 'Signed out.');
          return false;
        }
        return true;
      },

      onClose({ extra }) {
        clearTimeout(open.get(extra.socket)?.expiry);
        open.delete(extra.socket);
      },

      async onSubscribe({ extra, subscriptions }, _id, payload) {
        const running = Object.keys(subscriptions).length;
        const { subscriptionsPerSocketMax } = graphqlLimits;
        if (running > subscriptionsPerSocketMax)
          return [
            tooMuch('TOO_MANY_SUBSCRIPTIONS', 'subscriptions', running, subscriptionsPerSocketMax),
          ];
        return countMinute(extra) ?? prepare(schema, payload);
      },

      async context({ extra }) {
        const session = extra.token === undefined ? null : await sessions.find(extra.token);
        return options.contextOf({
          session,
          address: extra.request.socket.remoteAddress ?? '',
          requestId: options.newRequestId(),
          giveCookie: () => {},
          takeCookie: () => {},
        });
      },

      onError: (_context, _id, _payload, errors) => errors.map((each) => formatOne(format, each)),
      onNext: (_context, _id, _payload, _args, result) => formatResult(format, result),
    },
    sockets,
  );

  return {
    async stop() {
      stopListening();
      for (const { expiry } of open.values()) clearTimeout(expiry);
      await server.dispose();
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function hold(
  open: Map<WebSocket, { readonly key: string; readonly expiry: NodeJS.Timeout }>,
  socket: WebSocket,
  { key, expiresMs }: Session,
): void {
  const leftMs = Math.min(timerMsMax, Math.max(0, Number(expiresMs) - Date.now()));
  const expiry = setTimeout(() => socket.close(unauthenticated, 'The session expired.'), leftMs);
  open.set(socket, { key, expiry: expiry.unref() });
}

/** Programs say no origin; a page must be ours. */
function isSameOrigin({ headers }: Extra['request']): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function tokenFrom(connectionParams: Readonly<Record<string, unknown>> | undefined): string | null {
  const given = connectionParams?.authorization;
  const bearer = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(typeof given === 'string' ? given : '');
  return bearer?.[1] ?? null;
}

function countMinute(extra: Socket): readonly GraphQLError[] | null {
  const now = Date.now();
  const isCurrent = now - (extra.minuteStartMs ?? 0) < 60_000;
  const operations = isCurrent ? (extra.operations ?? 0) + 1 : 1;
  Object.assign(extra, { operations, minuteStartMs: isCurrent ? extra.minuteStartMs : now });
  const { operationsPerSocketMinuteMax } = graphqlLimits;
  if (operations <= operationsPerSocketMinuteMax) return null;
  return [tooMuch('RATE_LIMITED', 'operations a minute', operations, operationsPerSocketMinuteMax)];
}

/** Parses, validates and measures, as the HTTP endpoint does. */
function prepare(
  schema: GraphQLSchema,
  payload: SubscribePayload,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parse(payload.query, { maxTokens: graphqlLimits.tokensMax });
    const problems = validate(schema, document);
    if (problems.length > 0)
      return problems.map((problem) => withCode(problem, 'GRAPHQL_VALIDATION_FAILED'));
    const operation = getOperationAST(document, payload.operationName);
    if (operation === null || operation === undefined)
      return [coded('There is no such operation in the document.', 'OPERATION_RESOLUTION_FAILURE')];
    const variableValues = payload.variables ?? {};
    const refusal = excess(schema, document, operation, variableValues);
    if (refusal !== null) return [refusal];
    const { operationName } = payload;
    return {
      schema,
      document,
      variableValues,
      ...(operationName ? { operationName } : {}),
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

function withCode({ message, nodes, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message.replace(/ Did you mean .*\?$/, ''), {
    nodes: nodes ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}

function coded(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function formatOne(format: ErrorFormatter, error: GraphQLError): GraphQLFormattedError {
  const formatted = format(error.toJSON(), error);
  const { http: _http, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, extensions };
}

function formatResult(
  format: ErrorFormatter,
  { errors, data, extensions }: Partial<Record<keyof ExecutionResult, unknown>>,
): FormattedExecutionResult {
  const shown = (errors as readonly GraphQLError[] | undefined)?.map((each) =>
    formatOne(format, each),
  );
  return {
    ...(data === undefined ? {} : { data: data as Record<string, unknown> | null }),
    ...(shown === undefined ? {} : { errors: shown }),
    ...(extensions === undefined ? {} : { extensions: extensions as Record<string, unknown> }),
  };
}
