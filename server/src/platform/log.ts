/**
 * The log: one JSON object a line, to a file of the home or to the standard output.
 *
 * Secrets never enter it: the fields below are cut out wherever they stand, and what a request
 * carries (variables, bodies, tokens) is not logged at all.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type Log = Logger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

const secretFields = ['password', 'token', 'cookie', 'authorization', 'masterKey', 'databaseUrl'];

export type LogOptions = {
  readonly level: LogLevel;
  /** The file to append to; null for the standard output. */
  readonly file: string | null;
};

export function openLog({ level, file }: LogOptions): Log {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[secret]',
    },
  };
  if (file === null) return pino(options);
  mkdirSync(path.dirname(file), { recursive: true });
  return pino(options, destination({ dest: file, mkdir: true, sync: true, mode: 0o600 }));
}
