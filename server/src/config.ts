/**
 * The environment in, a checked Config out.
 *
 * Everything that is wrong is said at once: the variable, what was seen, what is expected. A value
 * that is a secret is never shown. In production nothing of the demo is taken for granted: database,
 * document store, chain engine and master key must be named.
 */
import path from 'node:path';
import { z } from 'zod';
import { isZone } from './kernel/zone.ts';
import type { LogLevel } from './platform/log.ts';
import { keyBytes } from './platform/seal.ts';

export type Config = {
  readonly mode: 'demo' | 'production';
  /** Everything stateful that no other variable places elsewhere. */
  readonly home: string;
  readonly host: string;
  /** 0 asks the system for a free one. */
  readonly port: number;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** The folder of the encrypted documents. */
  readonly documentFolder: string;
  /** Validators in this process, or those of a network whose files lie in the home. */
  readonly chainEngine: 'embedded' | 'network';
  /** Null: the demo's own, kept in the home. */
  readonly masterKey: Uint8Array | null;
  readonly logLevel: LogLevel;
  /** Whose midnight ends the business day; of a new world. */
  readonly zone: string;
  /** Who presents it may read /metrics, from anywhere. Null: callers of the same machine, in a demo only. */
  readonly metricsToken: string | null;
  /** Requests a minute from one address. */
  readonly requestsPerMinuteMax: number;
};

export type ConfigProblem = {
  readonly variable: string;
  readonly seen: string;
  readonly expected: string;
};

export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ variable, seen, expected }) => `  ${variable}: seen ${seen}, expected ${expected}`,
    );
    super(`The configuration is not usable.\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const secrets: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'TALLYSTICK_MASTER_KEY',
  'TALLYSTICK_METRICS_TOKEN',
]);
/** Long enough not to be guessed, and fit for a header. */
const metricsToken = /^[\x21-\x7e]{16,200}$/;
const wholeNumber = /^\d{1,9}$/;

const environment = z.object({
  TALLYSTICK_MODE: z.enum(['demo', 'production'], 'demo or production').default('demo'),
  TALLYSTICK_HOME: z.string().min(1, 'a directory').default('.tallystick'),
  HOST: z.string().min(1, 'an address to listen on').default('127.0.0.1'),
  PORT: z
    .string()
    .refine((text) => wholeNumber.test(text) && Number(text) <= 65_535, 'a port, 0 to 65535')
    .default('4000'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'postgresql://user:password@host:port/database')
    .optional(),
  DOCUMENT_STORE: z
    .string()
    .refine((text) => path.isAbsolute(text), 'an absolute path of a directory')
    .optional(),
  CHAIN_ENGINE: z.enum(['embedded', 'network'], 'embedded or network').default('embedded'),
  TALLYSTICK_MASTER_KEY: z
    .string()
    .refine(isMasterKey, `${keyBytes} random bytes in base64`)
    .optional(),
  TALLYSTICK_METRICS_TOKEN: z
    .string()
    .refine((text) => metricsToken.test(text), '16 to 200 visible characters')
    .optional(),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'fatal, error, warn, info, debug or silent',
    )
    .default('info'),
  TALLYSTICK_ZONE: z.string().refine(isZone, 'a time zone such as Europe/Berlin').default('UTC'),
  TALLYSTICK_REQUESTS_PER_MINUTE: z
    .string()
    .refine((text) => wholeNumber.test(text) && Number(text) > 0, 'a whole number above 0')
    .default('60000'),
});

const neededInProduction = [
  'DATABASE_URL',
  'DOCUMENT_STORE',
  'CHAIN_ENGINE',
  'TALLYSTICK_MASTER_KEY',
] as const;

/** Throws `ConfigInvalid` with every problem. An empty variable counts as not set. */
export function readConfig(given: Environment): Config {
  const set = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success)
    throw new ConfigInvalid(parsed.error.issues.map((each) => problem(set, each)));
  const read = parsed.data;
  if (read.TALLYSTICK_MODE === 'production') requireAll(set);

  const home = path.resolve(read.TALLYSTICK_HOME);
  return {
    mode: read.TALLYSTICK_MODE,
    home,
    host: read.HOST,
    port: Number(read.PORT),
    databaseUrl: read.DATABASE_URL ?? null,
    documentFolder: read.DOCUMENT_STORE ?? path.join(home, 'documents'),
    chainEngine: read.CHAIN_ENGINE,
    masterKey:
      read.TALLYSTICK_MASTER_KEY === undefined
        ? null
        : Buffer.from(read.TALLYSTICK_MASTER_KEY, 'base64'),
    logLevel: read.LOG_LEVEL,
    zone: read.TALLYSTICK_ZONE,
    metricsToken: read.TALLYSTICK_METRICS_TOKEN ?? null,
    requestsPerMinuteMax: Number(read.TALLYSTICK_REQUESTS_PER_MINUTE),
  };
}

function problem(set: Environment, issue: z.core.$ZodIssue): ConfigProblem {
  const variable = String(issue.path[0]);
  const seen = secrets.has(variable) ? 'a value that is not shown' : `"${set[variable] ?? ''}"`;
  return { variable, seen, expected: issue.message };
}

function requireAll(set: Environment): void {
  const missing = neededInProduction.filter((variable) => set[variable] === undefined);
  if (missing.length === 0) return;
  throw new ConfigInvalid(
    missing.map((variable) => ({ variable, seen: 'nothing', expected: 'a value in production' })),
  );
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}

function isMasterKey(text: string): boolean {
  return Buffer.from(text, 'base64').length === keyBytes;
}
