/**
 * The HTTP server: GraphQL with its uploads and subscriptions, the web app, and plain routes that
 * slices add (downloads, captures).
 *
 * Apollo Server on Fastify. What is refused before GraphQL begins (a body too large, too many
 * requests) is answered in the form of a GraphQL error, so a client has one way to read a no.
 */
import type { IncomingMessage } from 'node:http';
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { Fault } from '../kernel/fault.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Sessions } from '../platform/sessions.ts';
import { type ErrorFormatter, errorFormatter, statusOf } from './errors.ts';
import { excess, graphqlLimits, tooMuch } from './limits.ts';
import { type RequestContext, requestContext, sessionCookie, tokenOf } from './request.ts';
import { serveSubscriptions } from './subscriptions.ts';
import { readMultipart } from './uploads.ts';
import { serveWeb } from './web.ts';

/** What a plain route gets: the request's context as GraphQL has it. */
export type Routes = (
  app: FastifyInstance,
  requestOf: (request: FastifyRequest, reply: FastifyReply) => Promise<RequestContext>,
) => void;

export type HttpOptions<C extends BaseContext> = {
  readonly schema: GraphQLSchema;
  readonly contextOf: (request: RequestContext) => Promise<C>;
  readonly sessions: Sessions;
  readonly log: Log;
  readonly ids: Ids;
  readonly host: string;
  readonly port: number;
  readonly isProduction: boolean;
  readonly requestsPerMinuteMax: number;
  /** The built web app, or null to serve none. */
  readonly webFolder: string | null;
  readonly routes: readonly Routes[];
  /** What /healthz says; throwing means not healthy. */
  readonly health: () => Promise<Readonly<Record<string, string | number | boolean>>>;
};

export type HttpServer = { readonly url: string; stop(): Promise<void> };

const path = '/graphql';

/** Starts to listen. Throws with a plain message when the port is taken. */
export async function serveHttp<C extends BaseContext>(
  options: HttpOptions<C>,
): Promise<HttpServer> {
  const { log, ids, sessions, isProduction } = options;
  const app = openFastify(options);
  const format = errorFormatter(log, ids);
  const requestOf = (request: FastifyRequest, reply: FastifyReply) =>
    requestContext(request, reply, sessions, isProduction);

  await app.register(cookie);
  await app.register(helmet, securityHeaders(isProduction));
  await app.register(rateLimit, rateLimitOf(options.requestsPerMinuteMax));
  await app.register(multipart, { limits: { fileSize: graphqlLimits.uploadBytesMax } });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, format));

  const apollo = await startApollo(app, options, format);
  addGraphql(app, apollo, options, requestOf);
  app.get('/healthz', async () => options.health());
  for (const add of options.routes) add(app, requestOf);
  await serveWeb(app, options.webFolder);

  const stopServing = async () => {
    await apollo.stop();
    await app.close();
  };
  const url = await listen(app, options).catch(async (error: unknown) => {
    await stopServing();
    throw error;
  });
  const subscriptions = serveSubscriptions({
    ...{ server: app.server, path, schema: options.schema, sessions, format },
    newRequestId: () => ids.next('req'),
    tokenOf: (request) => upgradeToken(app, request),
    contextOf: options.contextOf,
  });
  return {
    url,
    stop: async () => {
      await subscriptions.stop();
      await stopServing();
    },
  };
}

function openFastify({ log, ids }: Pick<HttpOptions<BaseContext>, 'log' | 'ids'>): FastifyInstance {
  return Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: graphqlLimits.bodyBytesMax,
    genReqId: () => ids.next('req'),
    requestTimeout: 60_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  }) as unknown as FastifyInstance;
}

async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new Error(`Port ${port} of ${host} is taken. Choose another with --port or PORT.`);
    throw error;
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${actual}`;
}

// GraphQL.

async function startApollo<C extends BaseContext>(
  app: FastifyInstance,
  { schema }: HttpOptions<C>,
  format: ErrorFormatter,
): Promise<ApolloServer<C>> {
  const apollo = new ApolloServer<C>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: graphqlLimits.tokensMax },
    formatError: format,
    plugins: [
      fastifyApolloDrainPlugin<C>(app),
      ApolloServerPluginLandingPageDisabled(),
      limitPlugin(),
    ],
  });
  await apollo.start();
  return apollo;
}

/** Measures what is about to run, once it is known to be valid and its variables are there. */
function limitPlugin<C extends BaseContext>(): ApolloServerPlugin<C> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          if (operation === undefined) return;
          const refusal = excess(schema, document, operation, request.variables ?? {});
          if (refusal !== null) throw refusal;
        },
      };
    },
  };
}

function addGraphql<C extends BaseContext>(
  app: FastifyInstance,
  apollo: ApolloServer<C>,
  { contextOf }: HttpOptions<C>,
  requestOf: (request: FastifyRequest, reply: FastifyReply) => Promise<RequestContext>,
): void {
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => contextOf(await requestOf(request, reply)),
  });
  app.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: path,
    async preHandler(request, reply) {
      if (request.isMultipart()) await takeUpload(request, await requestOf(request, reply));
      if (Array.isArray(request.body)) checkBatch(request.body.length);
    },
    handler(request, reply) {
      reply.header('x-request-id', request.id);
      return withinTime(Promise.resolve(answer.call(app, request, reply)));
    },
  });
}

/** A form can be sent across sites without asking, so a multipart request must carry a header that cannot. */
async function takeUpload(request: FastifyRequest, { session }: RequestContext): Promise<void> {
  const { headers } = request;
  if (
    headers['apollo-require-preflight'] === undefined &&
    headers['x-apollo-operation-name'] === undefined
  )
    throw new Fault('BAD_INPUT', 'A multipart request needs the header apollo-require-preflight.', {
      seen: 'no such header',
      expected: 'apollo-require-preflight: true',
    });
  if (session === null) throw new Fault('UNAUTHENTICATED', 'Sign in before you upload a file.');
  request.body = await readMultipart(request);
}

function checkBatch(size: number): void {
  const { batchMax } = graphqlLimits;
  if (size > batchMax)
    throw tooMuch('BATCH_TOO_LARGE', 'operations in one request', size, batchMax);
}

/** The caller waits no longer; the database ends the statement by its own limit. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { operationMsMax } = graphqlLimits;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Fault(
            'UNAVAILABLE',
            'The request took too long and was given up. Its effect, if any, can be looked up by its idempotency key.',
            {
              expected: `at most ${operationMsMax} ms`,
            },
          ),
        ),
      operationMsMax,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Everything around it.

function securityHeaders(isProduction: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Mantine sets sizes and colours in style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' as const },
    strictTransportSecurity: isProduction,
  };
}

function rateLimitOf(max: number) {
  return {
    max,
    timeWindow: 60_000,
    errorResponseBuilder: (_request: FastifyRequest, { after }: { after: string }) =>
      new Fault('RATE_LIMITED', `Too many requests. Try again in ${after}.`, {
        expected: `at most ${max} a minute`,
      }),
  };
}

function upgradeToken(app: FastifyInstance, { headers }: IncomingMessage): string | null {
  const cookies = headers.cookie === undefined ? {} : app.parseCookie(headers.cookie);
  return tokenOf({ authorization: headers.authorization, cookie: cookies[sessionCookie] });
}

/** Every no of the edge has the form of a GraphQL error. */
function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  format: ErrorFormatter,
): void {
  const known = error instanceof Fault ? error : fromFastify(error, request);
  const seen = known instanceof GraphQLError ? known.toJSON() : { message: '' };
  const shown = format(seen, known);
  const status = known instanceof Fault ? statusOf(known.code) : httpStatus(known);
  const { http: _http, ...extensions } = shown.extensions ?? {};
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send({ errors: [{ ...shown, extensions }] });
}

/** Fastify's and busboy's own refusals in our words. */
function fromFastify(error: unknown, { headers }: FastifyRequest): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const { bodyBytesMax, uploadsPerRequestMax } = graphqlLimits;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Fault('LIMIT_EXCEEDED', `A request may have ${bodyBytesMax} bytes at most.`, {
        seen: `${headers['content-length'] ?? 'more'} bytes`,
        expected: `at most ${bodyBytesMax} bytes`,
      });
    case 'FST_REQ_FILE_TOO_LARGE':
      return new Fault(
        'LIMIT_EXCEEDED',
        `A file may have ${graphqlLimits.uploadBytesMax} bytes at most.`,
        {
          expected: `at most ${graphqlLimits.uploadBytesMax} bytes`,
        },
      );
    case 'FST_FILES_LIMIT':
    case 'FST_PARTS_LIMIT':
    case 'FST_FIELDS_LIMIT':
      return new Fault('LIMIT_EXCEEDED', `A request may carry ${uploadsPerRequestMax} file.`, {
        expected: `operations, map and ${uploadsPerRequestMax} file`,
      });
    default:
      return isClientError(error) ? new Fault('BAD_INPUT', (error as Error).message) : error;
  }
}

function isClientError(error: unknown): boolean {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' && status >= 400 && status < 500;
}

function httpStatus(error: unknown): number {
  const http = error instanceof GraphQLError ? error.extensions.http : undefined;
  return (http as { status?: number } | undefined)?.status ?? 500;
}
