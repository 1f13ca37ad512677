/**
 * Who is signed in.
 *
 * A login has a password (argon2id); signing in gives an opaque token of 256 bits that only its
 * holder knows: the table keeps its SHA-256. Attempts are counted before the password is looked at,
 * by login and by address, so aliases, batches and parallel requests do not widen the gate; a right
 * password gives its attempt back. An unknown login costs the same time as a wrong password.
 *
 * A session that was seen is remembered for two seconds; ending it here is felt at once, and ending
 * it in another process within that time.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { PrismaClient } from '../db/client.ts';
import { Fault } from '../kernel/fault.ts';
import type { Moment } from '../kernel/time.ts';
import type { Clock } from './clock.ts';

export type Session = {
  /** The token's hash in hex: names the session without opening it. */
  readonly key: string;
  readonly personId: string;
  readonly expiresMs: Moment;
};

export type SignIn =
  | { readonly kind: 'signedIn'; readonly token: string; readonly session: Session }
  /** Unknown login or wrong password; which of the two is not said. */
  | { readonly kind: 'refused' };

export type Sessions = {
  /** Sets or replaces the login of a person. */
  setLogin(login: {
    readonly personId: string;
    readonly login: string;
    readonly password: string;
  }): Promise<void>;
  /** Whose login it is; null when it is free. */
  holderOf(login: string): Promise<string | null>;
  /** Throws RATE_LIMITED after too many wrong attempts for the login or from the address. */
  signIn(login: string, password: string, address: string): Promise<SignIn>;
  /** The session of a token; null when it ended, expired or never was. */
  find(token: string): Promise<Session | null>;
  /** Ends a session; ending it again changes nothing. */
  signOut(key: string): Promise<void>;
  /** Calls `listener` with the key of each session that is ended here. Returns how to stop that. */
  onEnd(listener: (key: string) => void): () => void;
};

export const sessionLimits = {
  passwordLengthMin: 8,
  passwordLengthMax: 256,
  loginLengthMax: 254,
  sessionMs: 12 * 3_600_000,
  wrongPerLoginMax: 10,
  wrongPerAddressMax: 50,
  windowMs: 5 * 60_000,
  /** Logins and addresses that are counted at a time; beyond, the oldest count is forgotten. */
  countedMax: 10_000,
  rememberedMs: 2_000,
  rememberedMax: 10_000,
} as const;

const tokenBytes = 32;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;
/** OWASP's second profile: 19 MiB, two passes, one lane; some 30 ms. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function openSessions(prisma: PrismaClient, clock: Clock): Sessions {
  const gate = openGate(clock);
  const remembered = new Map<string, { readonly session: Session; readonly untilMs: Moment }>();
  const listeners = new Set<(key: string) => void>();
  /** Raised by each ending, so that a look-up that overlaps one is not remembered. */
  let endings = 0;
  const decoy = hash(randomBytes(16), cost);

  return {
    async setLogin({ personId, login, password }) {
      checkPassword(password);
      const row = { login: normalise(login), passwordHash: await hash(password, cost) };
      const createdMs = clock.now();
      await prisma.login.upsert({
        where: { personId },
        create: { personId, ...row, createdMs },
        update: row,
      });
    },

    async holderOf(login) {
      return (await findLogin(prisma, login))?.personId ?? null;
    },

    async signIn(login, password, address) {
      const attempt = gate.enter(normalise(login), address);
      const known = await findLogin(prisma, login);
      const isRight = await isPassword(known?.passwordHash ?? (await decoy), password);
      if (known === null || !isRight) return { kind: 'refused' };
      attempt.giveBack();

      const token = randomBytes(tokenBytes).toString('base64url');
      const createdMs = clock.now();
      const expiresMs = createdMs + BigInt(sessionLimits.sessionMs);
      const tokenHash = digest(token);
      const { personId } = known;
      await prisma.session.deleteMany({ where: { personId, expiresMs: { lte: createdMs } } });
      await prisma.session.create({ data: { tokenHash, personId, createdMs, expiresMs } });
      const session = { key: Buffer.from(tokenHash).toString('hex'), personId, expiresMs };
      return { kind: 'signedIn', token, session };
    },

    async find(token) {
      if (!tokenForm.test(token)) return null;
      const tokenHash = digest(token);
      const key = Buffer.from(tokenHash).toString('hex');
      const now = clock.now();
      const before = remembered.get(key);
      if (before !== undefined && before.untilMs > now && before.session.expiresMs > now)
        return before.session;
      remembered.delete(key);
      const endingsBefore = endings;
      const row = await prisma.session.findUnique({ where: { tokenHash } });
      if (row === null || row.expiresMs <= now) return null;
      const session = { key, personId: row.personId, expiresMs: row.expiresMs };
      if (endings !== endingsBefore) return session;
      forgetOldest(remembered, sessionLimits.rememberedMax);
      remembered.set(key, { session, untilMs: now + BigInt(sessionLimits.rememberedMs) });
      return session;
    },

    async signOut(key) {
      await prisma.session.deleteMany({ where: { tokenHash: Buffer.from(key, 'hex') } });
      endings += 1;
      remembered.delete(key);
      for (const listener of listeners) listener(key);
    },

    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function normalise(login: string): string {
  return login.trim().toLowerCase().slice(0, sessionLimits.loginLengthMax);
}

function checkPassword(password: string): void {
  const { passwordLengthMin: min, passwordLengthMax: max } = sessionLimits;
  if (password.length >= min && password.length <= max) return;
  throw new Fault('BAD_INPUT', `A password has ${min} to ${max} characters.`);
}

function findLogin(prisma: PrismaClient, login: string) {
  return prisma.login.findUnique({ where: { login: normalise(login) } });
}

/** An over-long password is wrong without being hashed, which would cost us and not the caller. */
async function isPassword(expected: string, given: string): Promise<boolean> {
  return given.length <= sessionLimits.passwordLengthMax && (await verify(expected, given));
}

function digest(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

type Attempt = { giveBack(): void };

/** Counts attempts in windows of fixed length, from the first attempt of each login and address. */
function openGate(clock: Clock): { enter(login: string, address: string): Attempt } {
  const counts = new Map<string, { count: number; readonly endsMs: Moment }>();

  function open(name: string, max: number): { count: number } {
    const now = clock.now();
    const before = counts.get(name);
    const isCurrent = before !== undefined && before.endsMs > now;
    const current = isCurrent ? before : { count: 0, endsMs: now + BigInt(sessionLimits.windowMs) };
    if (current.count >= max) throw tooMany((current.endsMs - now) / 1_000n + 1n);
    if (!isCurrent) {
      counts.delete(name);
      forgetOldest(counts, sessionLimits.countedMax);
      counts.set(name, current);
    }
    return current;
  }

  return {
    enter(login, address) {
      const counted = [
        open(`login ${login}`, sessionLimits.wrongPerLoginMax),
        open(`address ${address}`, sessionLimits.wrongPerAddressMax),
      ];
      for (const each of counted) each.count += 1;
      return {
        giveBack: () => {
          for (const each of counted) each.count -= 1;
        },
      };
    },
  };
}

function tooMany(seconds: bigint): Fault {
  const message = `Too many wrong attempts to sign in. Try again in ${seconds} seconds.`;
  return new Fault('RATE_LIMITED', message, { retryAfterSeconds: seconds.toString() });
}

/** Maps keep the order of insertion, so the first is the oldest. */
function forgetOldest(map: Map<string, unknown>, sizeMax: number): void {
  if (map.size < sizeMax) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
