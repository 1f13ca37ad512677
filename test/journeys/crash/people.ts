/** The people of the demo world as patient clients; half of them sign with keys of their own. */
import { signedInClient } from '../../../server/src/demo/client.ts';
import { type Gate, type Patient, patient, type Witness } from './patient.ts';

export const password = 'tallystick';
const logins = [
  ...['governor', 'bolt', 'copper', 'dye', 'clerk', 'approver', 'treasurer', 'carrier'],
  ...['bank-a-analyst', 'bank-a-approver', 'bank-b-analyst', 'bank-b-approver'],
] as const;
export type Login = (typeof logins)[number];
/** They sign with a key of their own; the platform holds the keys of the others. */
const enrolled: ReadonlySet<Login> = new Set([
  ...(['bolt', 'clerk', 'copper', 'bank-a-analyst', 'bank-b-approver', 'carrier'] as const),
]);

export type Person = Patient & {
  readonly party: string;
  readonly name: string;
  readonly account: string;
};
export type Cast = Readonly<Record<Login, Person>> & { readonly programme: string };

/** Signs everybody in, with keys of their own where they have one. The server must be up. */
export async function castOf(url: string, watch: Witness, door: Gate): Promise<Cast> {
  const people = new Map<Login, Person>();
  let programme = '';
  for (const login of logins) {
    const client = await signedInClient(url, login, password);
    if (enrolled.has(login)) await client.enrol('crash test');
    const { viewer } = await client.query<{ viewer: Viewer }>(
      '{ viewer { party { id name } accounts { id } programmes { id } } }',
    );
    if (login === 'bolt') programme = viewer.programmes[0]?.id ?? '';
    const { id, name } = viewer.party;
    const account = viewer.accounts[0]?.id ?? '';
    people.set(login, { ...patient(client, id, watch, door), party: id, name, account });
  }
  return { ...(Object.fromEntries(people) as Record<Login, Person>), programme };
}

type Viewer = {
  readonly party: { readonly id: string; readonly name: string };
  readonly accounts: readonly { readonly id: string }[];
  readonly programmes: readonly { readonly id: string }[];
};

export async function businessDay(who: Person): Promise<string> {
  const { viewer } = await who.query<{ viewer: { businessDate: string } }>(
    '{ viewer { businessDate } }',
  );
  return viewer.businessDate;
}

/** Asks until there is an answer. */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error('what the automation or the chain owes never came');
}
const triesMax = 1_500;
const pollMs = 40;

export function amountOf(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
}
