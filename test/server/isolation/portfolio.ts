/** Sums and search: what a reader's dashboard adds up to is what their lists show, and words find only that. */
import type { Principal } from '../../support/consortium.ts';
import type { ObjectType } from './fields.ts';
import { untold, type Walk } from './walk.ts';

type Amount = { readonly amount: string; readonly currency: string };
type Told = Readonly<Record<string, Amount | string | null>> & { readonly state: string };

/** How each list tells what the dashboard sums: the list's field, and what of a row is its amount. */
const told: Readonly<
  Record<string, readonly [list: string, parts: string, amount: (row: Told) => Amount]>
> = {
  Invoice: [
    'invoices',
    'state payable { amount currency } approved { amount currency }',
    ({ approved, payable }) => (approved ?? payable) as Amount,
  ],
  Certificate: ['certificates', 'state face { amount currency }', ({ face }) => face as Amount],
  FinanceRequest: [
    'financeRequests',
    'state face { amount currency }',
    ({ face }) => face as Amount,
  ],
  Leg: ['legs', 'state amount { amount currency }', ({ amount }) => amount as Amount],
  StatementLine: [
    'statementLines',
    'state amount { amount currency }',
    ({ amount }) => amount as Amount,
  ],
};

/** What is wrong with somebody's dashboard. */
export async function checkDashboard(walk: Walk, who: Principal): Promise<string | null> {
  const answer = await walk.played.as(
    who,
    '{ dashboard { asOf dues { type side when count open { amount currency } } sums { type side state count amount { amount currency } open { amount currency } } } }',
  );
  const leaked = answer.codes.join() || untold(walk, who, answer);
  if (leaked !== null) return `${who.role} dashboard: ${leaked} ${answer.text.slice(0, 400)}`;
  const dashboard = answer.data?.dashboard as
    | { readonly sums: readonly { type: string; state: string; count: number; amount: Amount }[] }
    | undefined;
  const sums = dashboard?.sums ?? [];
  const says = new Map<string, string>();
  for (const type of Object.keys(told)) {
    const ofType = sums.filter((each) => each.type === type);
    says.set(type, wordsOf(ofType.map(({ state, count, amount }) => ({ state, count, amount }))));
  }
  for (const type of Object.keys(told)) {
    const shown = wordsOf(await rowsOf(walk, who, type));
    if (shown !== says.get(type))
      return `${who.role} dashboard, ${type}: sums ${says.get(type)}, the list ${shown}`;
  }
  return null;
}

async function rowsOf(walk: Walk, who: Principal, type: string) {
  const [list = '', parts = '', amountOf] = told[type] ?? [];
  const rows: { state: string; count: number; amount: Amount }[] = [];
  for (let after: string | null = null; ; ) {
    const answer = await walk.played.as(
      who,
      `query ($after: String) { page: ${list}(first: 50, after: $after) { edges { node { ${parts} } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    const page = answer.data?.page as {
      readonly edges: readonly { readonly node: Told }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
    for (const { node } of page.edges)
      if (amountOf !== undefined)
        rows.push({ state: node.state, count: 1, amount: amountOf(node) });
    if (!page.pageInfo.hasNextPage) return rows;
    after = page.pageInfo.endCursor;
  }
}

/** Rows added up by state and currency, in words that can be compared. */
function wordsOf(rows: readonly { state: string; count: number; amount: Amount }[]): string {
  const sums = new Map<string, readonly [count: number, cents: number]>();
  for (const { state, count, amount } of rows) {
    const key = `${state} ${amount.currency}`;
    const [before, cents] = sums.get(key) ?? [0, 0];
    sums.set(key, [before + count, cents + Math.round(Number(amount.amount) * 1_000)]);
  }
  return [...sums]
    .map(([key, sum]) => `${key} ${sum.join(' ')}`)
    .sort()
    .join(', ');
}

/** What somebody finds by the words of an object, of theirs or of others: all that has them and is theirs. */
export async function checkSearch(
  walk: Walk,
  who: Principal,
  type: string,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { id } of walk.samples(type as ObjectType)) {
    const { rows } = await walk.played.world.database.pool.query<{ text: string; mine: boolean }>(
      'SELECT "text", "reader" = $2 AS mine FROM search_text WHERE "object" = $1 ORDER BY mine DESC, length("text") DESC',
      [id, who.party],
    );
    const [longest] = rows;
    if (longest === undefined) return [`${type} ${id} has no words`];
    const words = longest.text.slice(0, 60).trim();
    const answer = await walk.played.as(
      who,
      `query ($text: String!) { search(text: $text, type: ${type}, first: 100) { edges { node { id __typename } } } }`,
      { text: words },
    );
    const leaked = answer.codes.join() || untold(walk, who, answer);
    const found = (
      (answer.data?.search as { edges?: readonly { node: { id: string } }[] } | undefined)?.edges ??
      []
    ).map(({ node }) => node.id);
    const strange = found.filter((each) => !walk.rights.sees(who, each));
    if (leaked !== null || strange.length > 0)
      problems.push(`${who.role} found ${strange} by "${words}": ${leaked}`);
    if (longest.mine && !found.includes(id))
      problems.push(`${who.role} did not find ${id} by "${words}"`);
  }
  return problems;
}
