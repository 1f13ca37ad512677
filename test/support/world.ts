/**
 * A whole world for tests: a fresh database, a chain of four validators on a real disk, the schema.
 *
 *   const world = await testWorld();                      // in beforeAll
 *   await world.ask(world.governor, 'mutation …', { … })  // as a person, by GraphQL
 *   await world.stop();                                   // in afterAll
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ExecutionResult, graphql } from 'graphql';
import { pino } from 'pino';
import { type App, allHandlers, openApp } from '../../server/src/app.ts';
import { type AuditReport, replayAudit } from '../../server/src/audit/replay.ts';
import { openBlobs } from '../../server/src/document/blobs.ts';
import { openDocuments } from '../../server/src/document/service.ts';
import { documentStore } from '../../server/src/document/store.ts';
import {
  type Foundation,
  type FoundingFacts,
  foundRows,
  openFoundation,
} from '../../server/src/foundation.ts';
import { governorId } from '../../server/src/party/genesis.ts';
import { systemClock } from '../../server/src/platform/clock.ts';
import { type Database, openDatabase } from '../../server/src/platform/database.ts';
import { randomIds } from '../../server/src/platform/ids.ts';
import { openSessions, type Sessions } from '../../server/src/platform/sessions.ts';
import { freshDatabase } from './database.ts';

export type TestWorld = {
  readonly app: App;
  readonly database: Database;
  readonly foundation: Foundation;
  readonly home: string;
  /** The governor's person id. */
  readonly governor: string;
  /** Runs a document as a person; throws with the errors when there are any. */
  ask<T = Record<string, never>>(
    person: string | null,
    document: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<T>;
  /** The same, errors included. */
  raw(
    person: string | null,
    document: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
  /** Replays all acts and compares with the rows. */
  audit(): Promise<AuditReport>;
  readonly sessions: Sessions;
  stop(): Promise<void>;
};

export const testMasterKey = new Uint8Array(32).fill(7);

export async function testWorld(
  businessDate = '2026-01-15',
  facts: Partial<Pick<FoundingFacts, 'timeLockMs' | 'zone' | 'clock'>> = {},
  /** When the world was founded, by the machine's clock; now where nothing is said. */
  foundedMs?: bigint,
): Promise<TestWorld> {
  const fresh = await freshDatabase();
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-world-'));
  const database = openDatabase(fresh.url);
  const clock = systemClock();
  const foundation = await openFoundation({
    home,
    masterKey: testMasterKey,
    nowMs: foundedMs ?? clock.now(),
    facts: {
      networkName: 'test.example',
      operatorName: 'Test network',
      country: 'NL',
      governorName: 'Gia Governor',
      businessDate,
      ...{ zone: 'UTC', clock: 'BY_HAND' },
      ...facts,
      validators: ['a', 'b', 'c', 'd'].map((name) => ({
        name: `validator-${name}`,
        organisation: `Organisation ${name.toUpperCase()}`,
        operator: 'Test network',
      })),
    },
  });
  await foundRows({ database, home, masterKey: testMasterKey, genesis: foundation.genesis });
  const sessions = openSessions(database.prisma, clock);
  const ids = randomIds();
  const documents = openDocuments({
    ...{ store: documentStore(database.prisma), blobs: openBlobs(path.join(home, 'documents')) },
    ...{ masterKey: testMasterKey, clock, ids },
  });
  let failure: unknown = null;
  const app = await openApp({
    database,
    chain: foundation.chain,
    masterKey: testMasterKey,
    clock,
    log: pino({ level: 'silent' }),
    ...{ sessions, ids, documents },
    automationKey: foundation.automationKey,
    isDemo: true,
    failed: (error) => {
      failure = error;
      console.error(error);
    },
  });

  async function raw(
    person: string | null,
    document: string,
    variables: Readonly<Record<string, unknown>> = {},
  ) {
    const session =
      person === null
        ? null
        : { key: person, personId: person, expiresMs: clock.now() + 1_000_000n };
    const contextValue = await app.contextOf({
      session,
      address: '127.0.0.1',
      requestId: 'req_test',
      giveCookie: () => {},
      takeCookie: () => {},
    });
    return graphql({
      schema: app.schema,
      source: document,
      variableValues: variables,
      contextValue,
    });
  }

  return {
    ...{ app, database, foundation, home, raw, sessions },
    audit: () =>
      replayAudit({
        pool: database.pool,
        chain: foundation.chain,
        handlers: allHandlers(),
        genesis: foundation.genesis,
      }),
    governor: governorId,
    async ask<T>(
      person: string | null,
      document: string,
      variables: Readonly<Record<string, unknown>> = {},
    ) {
      const result = await raw(person, document, variables);
      if (result.errors !== undefined) throw new Error(result.errors.map(String).join('\n'));
      return result.data as T;
    },
    async stop() {
      await app.stop();
      await foundation.chain.stop();
      await database.close();
      await fresh.drop();
      rmSync(home, { recursive: true, force: true });
      if (failure !== null) throw failure;
    },
  };
}
