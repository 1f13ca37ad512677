/**
 * The HTTP server over a small schema and a real database, for tests of the edge: limits, sessions,
 * uploads, subscriptions. The schema has one thing of each kind and no trade.
 */
import {
  GraphQLError,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import type { RequestContext } from '../../server/src/graphql/request.ts';
import { type UploadedFile, uploadScalar } from '../../server/src/graphql/scalars.ts';
import { type HttpServer, serveHttp } from '../../server/src/graphql/server.ts';
import { notFound } from '../../server/src/kernel/fault.ts';
import { systemClock } from '../../server/src/platform/clock.ts';
import { type Database, openDatabase } from '../../server/src/platform/database.ts';
import { randomIds } from '../../server/src/platform/ids.ts';
import { type Log, openLog } from '../../server/src/platform/log.ts';
import { openSessions, type Sessions } from '../../server/src/platform/sessions.ts';
import { freshDatabase } from './database.ts';

export type EdgeContext = RequestContext & { readonly sessions: Sessions };

export type Edge = {
  readonly url: string;
  readonly sessions: Sessions;
  readonly database: Database;
  readonly log: Log;
  /** Publishes to every running `ticks` subscription. */
  tick(text: string): void;
  stop(): Promise<void>;
};

export const person = {
  personId: 'per_ada',
  login: 'ada@aurora.example',
  password: 'correct horse',
};

export const colleague = { ...person, personId: 'per_bo', login: 'bo@aurora.example' };

export async function startEdge(
  options: { readonly requestsPerMinuteMax?: number; readonly webFolder?: string } = {},
): Promise<Edge> {
  const fresh = await freshDatabase();
  const database = openDatabase(fresh.url);
  const sessions = openSessions(database.prisma, systemClock());
  const log = openLog({ level: 'silent', file: null });
  const waiting = new Set<(text: string) => void>();
  await sessions.setLogin(person);
  await sessions.setLogin(colleague);
  const server: HttpServer = await serveHttp<EdgeContext>({
    schema: edgeSchema(waiting),
    contextOf: async (request) => ({ ...request, sessions }),
    ...{ sessions, log, ids: randomIds(), host: '127.0.0.1', port: 0, isProduction: false },
    requestsPerMinuteMax: options.requestsPerMinuteMax ?? 100_000,
    webFolder: options.webFolder ?? null,
    routes: [],
    health: async () => ({ status: 'ok' }),
  });
  return {
    ...{ url: server.url, sessions, database, log },
    tick: (text) => {
      for (const listener of waiting) listener(text);
    },
    stop: async () => {
      await server.stop();
      await database.close();
      await fresh.drop();
    },
  };
}

type Field = ReturnType<GraphQLObjectType<unknown, EdgeContext>['toConfig']>['fields'][string];

function edgeSchema(waiting: Set<(text: string) => void>): GraphQLSchema {
  const text = { type: GraphQLString } satisfies Partial<Field>;
  const page = { first: { type: GraphQLInt }, after: { type: GraphQLString } };
  const Item: GraphQLObjectType = new GraphQLObjectType({
    name: 'Item',
    fields: () => ({
      name: { ...text, resolve: () => 'item' },
      self: { type: Item, resolve: () => ({}) },
      items: { type: ItemConnection, args: page, resolve: () => ({}) },
    }),
  });
  const ItemConnection = new GraphQLObjectType({
    name: 'ItemConnection',
    fields: { nodes: { type: new GraphQLList(Item), resolve: () => [] } },
  });
  const asText = (value: string | null) => value ?? 'nobody';
  return new GraphQLSchema({
    query: new GraphQLObjectType<unknown, EdgeContext>({
      name: 'Query',
      fields: {
        who: { ...text, resolve: (_root, _args, { session }) => asText(session?.personId ?? null) },
        item: { type: Item, resolve: () => ({}) },
        items: { type: ItemConnection, args: page, resolve: () => ({}) },
        hidden: {
          ...text,
          resolve: () => {
            throw notFound();
          },
        },
        bug: {
          ...text,
          resolve: () => {
            throw new Error('the password of the database is swordfish');
          },
        },
        named: {
          ...text,
          resolve: () => {
            throw new GraphQLError('Named.', { extensions: { code: 'NAMED' } });
          },
        },
      },
    }),
    mutation: new GraphQLObjectType<unknown, EdgeContext>({
      name: 'Mutation',
      fields: {
        signIn: {
          ...text,
          args: { password: { type: new GraphQLNonNull(GraphQLString) } },
          resolve: async (_root, args: { password?: string }, context) => {
            const { sessions, address } = context;
            const answer = await sessions.signIn(person.login, args.password ?? '', address);
            if (answer.kind === 'refused') return 'refused';
            context.giveCookie(answer.token, answer.session);
            return answer.token;
          },
        },
        signOut: {
          ...text,
          resolve: async (_root, _args, { session, sessions, takeCookie }) => {
            if (session !== null) await sessions.signOut(session.key);
            takeCookie();
            return 'bye';
          },
        },
        upload: {
          ...text,
          args: { file: { type: new GraphQLNonNull(uploadScalar) } },
          resolve: (_root, { file }: { file?: UploadedFile }) =>
            `${file?.name} ${file?.mediaType} ${file?.bytes.length}`,
        },
      },
    }),
    subscription: new GraphQLObjectType<unknown, EdgeContext>({
      name: 'Subscription',
      fields: {
        ticks: { ...text, subscribe: () => ticks(waiting), resolve: (value) => String(value) },
      },
    }),
  });
}

async function* ticks(waiting: Set<(text: string) => void>): AsyncGenerator<string> {
  const queue: string[] = [];
  let wake: () => void = () => {};
  const listener = (text: string) => {
    queue.push(text);
    wake();
  };
  waiting.add(listener);
  try {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    waiting.delete(listener);
  }
}
