import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigInvalid, readConfig } from '../../server/src/config.ts';

const masterKey = Buffer.alloc(32, 7).toString('base64');

function problemsOf(environment: Readonly<Record<string, string>>) {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return error instanceof ConfigInvalid ? error.problems : [];
  }
}

describe('the configuration', () => {
  it('needs nothing for the demo', () => {
    expect(readConfig({})).toEqual({
      mode: 'demo',
      home: path.resolve('.tallystick'),
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: null,
      documentFolder: path.resolve('.tallystick/documents'),
      chainEngine: 'embedded',
      masterKey: null,
      logLevel: 'info',
      zone: 'UTC',
      metricsToken: null,
      requestsPerMinuteMax: 60_000,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', '65536', 'a port, 0 to 65535'],
    ['PORT', '80a', 'a port, 0 to 65535'],
    ['TALLYSTICK_MODE', 'test', 'demo or production'],
    ['DOCUMENT_STORE', 'documents', 'an absolute path of a directory'],
    ['CHAIN_ENGINE', 'cometbft', 'embedded or network'],
    ['TALLYSTICK_ZONE', 'Europe/Atlantis', 'a time zone such as Europe/Berlin'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn, info, debug or silent'],
    ['TALLYSTICK_REQUESTS_PER_MINUTE', '0', 'a whole number above 0'],
  ])('names %s when it is "%s", and what is expected', (variable, value, expected) => {
    expect(problemsOf({ [variable]: value })).toEqual([{ variable, seen: `"${value}"`, expected }]);
  });

  it('takes the validators of a network, when it is told to', () => {
    expect(readConfig({ CHAIN_ENGINE: 'network' }).chainEngine).toBe('network');
  });

  it('says everything that is wrong at once', () => {
    expect(problemsOf({ PORT: 'x', LOG_LEVEL: 'y' }).map(({ variable }) => variable)).toEqual([
      'PORT',
      'LOG_LEVEL',
    ]);
  });

  it('never shows a secret', () => {
    const environment = {
      DATABASE_URL: 'mysql://ada:hunter2@db',
      TALLYSTICK_MASTER_KEY: 'hunter3',
      TALLYSTICK_METRICS_TOKEN: 'hunter4',
    };

    expect(() => readConfig(environment)).toThrow('a value that is not shown');
    expect(JSON.stringify(problemsOf(environment))).not.toMatch(/hunter/);
  });

  it('takes nothing of the demo for granted in production', () => {
    const complete = {
      TALLYSTICK_MODE: 'production',
      DATABASE_URL: 'postgresql://ada@db/tallystick',
      DOCUMENT_STORE: '/srv/documents',
      CHAIN_ENGINE: 'embedded',
      TALLYSTICK_MASTER_KEY: masterKey,
    };
    const missing = problemsOf({ TALLYSTICK_MODE: 'production' }).map(({ variable }) => variable);

    expect(readConfig(complete)).toMatchObject({
      mode: 'production',
      masterKey: Buffer.alloc(32, 7),
    });
    expect(missing).toEqual([
      'DATABASE_URL',
      'DOCUMENT_STORE',
      'CHAIN_ENGINE',
      'TALLYSTICK_MASTER_KEY',
    ]);
  });
});
