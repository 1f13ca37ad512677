import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import {
  openSessions,
  type Sessions,
  sessionLimits,
} from '../../../server/src/platform/sessions.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

const ada = { personId: 'per_ada', login: 'Ada@Aurora.example', password: 'correct horse' };
const office = '192.0.2.1';

let fresh: FreshDatabase;
let database: Database;
let nowMs: bigint;
let sessions: Sessions;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

beforeEach(async () => {
  nowMs = 1_800_000_000_000n;
  sessions = openSessions(database.prisma, { now: () => nowMs });
  await sessions.setLogin(ada);
});

async function enter(): Promise<{ readonly token: string; readonly key: string }> {
  const answer = await sessions.signIn(ada.login, ada.password, office);
  if (answer.kind !== 'signedIn') throw new Error('The right password was refused.');
  return { token: answer.token, key: answer.session.key };
}

describe('signing in', () => {
  it('opens a session for the person, however the login is written', async () => {
    const answer = await sessions.signIn(' ada@AURORA.example ', ada.password, office);

    expect(answer).toMatchObject({ kind: 'signedIn', session: { personId: ada.personId } });
  });

  it('says the same for a wrong password and for an unknown login', async () => {
    const wrong = await sessions.signIn(ada.login, 'wrong horse', office);
    const unknown = await sessions.signIn('nobody@aurora.example', ada.password, office);

    expect(wrong).toEqual({ kind: 'refused' });
    expect(unknown).toEqual(wrong);
  });

  it('keeps neither the password nor the token in the database', async () => {
    const { token } = await enter();
    const rows = JSON.stringify(
      [
        (await database.pool.query('SELECT * FROM login')).rows,
        (await database.pool.query(`SELECT encode("tokenHash", 'base64') AS hash FROM session`))
          .rows,
      ],
      (_name, value) => (typeof value === 'bigint' ? value.toString() : value),
    );

    expect(rows).not.toContain(ada.password);
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(Buffer.from(token, 'base64url').toString('base64'));
  });

  it('is shut after too many wrong passwords, even for the right one, until the window ends', async () => {
    for (let wrong = 0; wrong < sessionLimits.wrongPerLoginMax; wrong++)
      await sessions.signIn(ada.login, `guess ${wrong}`, office);

    await expect(enter()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    nowMs += BigInt(sessionLimits.windowMs - 1);
    await expect(enter()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    nowMs += 1n;
    await expect(enter()).resolves.toMatchObject({ token: expect.any(String) });
  });

  it('counts parallel attempts before it looks at the passwords', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 30 }, (_, guess) =>
        sessions.signIn(ada.login, `guess ${guess}`, office),
      ),
    );

    const looked = attempts.filter(({ status }) => status === 'fulfilled');
    expect(looked).toHaveLength(sessionLimits.wrongPerLoginMax);
  });

  it('is shut for an address that tries many logins, and stays open for another address', async () => {
    for (let wrong = 0; wrong < sessionLimits.wrongPerAddressMax; wrong++)
      await sessions.signIn(`guess-${wrong}@aurora.example`, 'a password', '198.51.100.9');

    const shut = sessions.signIn(ada.login, ada.password, '198.51.100.9');

    await expect(shut).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(enter()).resolves.toBeDefined();
  });

  it('does not count right passwords', async () => {
    for (let right = 0; right <= sessionLimits.wrongPerLoginMax; right++) await enter();
  });
});

describe('a session', () => {
  it('is found by its token and by nothing else', async () => {
    const { token, key } = await enter();

    expect(await sessions.find(token)).toMatchObject({ key, personId: ada.personId });
    expect(
      await sessions.find(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`),
    ).toBeNull();
    expect(await sessions.find(key)).toBeNull();
    expect(await sessions.find('')).toBeNull();
  });

  it('ends to the millisecond', async () => {
    const { token } = await enter();

    nowMs += BigInt(sessionLimits.sessionMs) - 1n;
    expect(await sessions.find(token)).not.toBeNull();
    nowMs += 1n;
    expect(await sessions.find(token)).toBeNull();
  });

  it('is gone at once when it is signed out, and its listeners are told', async () => {
    const { token, key } = await enter();
    const ended: string[] = [];
    const stop = sessions.onEnd((each) => ended.push(each));
    await sessions.find(token);

    await sessions.signOut(key);
    await sessions.signOut(key);
    stop();

    expect(await sessions.find(token)).toBeNull();
    expect(ended).toEqual([key, key]);
  });

  it('that another process has ended is felt within the time that it is remembered', async () => {
    const { token } = await enter();
    await sessions.find(token);
    await database.pool.query('DELETE FROM session');

    nowMs += BigInt(sessionLimits.rememberedMs);

    expect(await sessions.find(token)).toBeNull();
  });

  it('is not remembered when it was signed out while it was looked up', async () => {
    const { token, key } = await enter();

    await Promise.all([sessions.find(token), sessions.signOut(key)]);

    expect(await sessions.find(token)).toBeNull();
  });
});
