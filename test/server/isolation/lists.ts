/** Lists: each shows what its reader may see, no more and no less. */
import { getNamedType, isObjectType } from 'graphql';
import type { Principal } from '../../support/consortium.ts';
import { lists } from './fields.ts';
import { selection } from './selection.ts';
import { untold, type Walk } from './walk.ts';

type Page = {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** The ids that a list shows to somebody; of today's work, the ids of its subjects. */
export async function shownIn(
  walk: Walk,
  name: string,
  who: Principal,
): Promise<{ readonly ids: readonly string[]; readonly problem: string | null }> {
  if (name === 'viewer.programmes') {
    const answer = await walk.played.as(who, '{ viewer { programmes { id name } } }');
    const viewer = answer.data?.viewer as { programmes: readonly { id: string }[] } | undefined;
    const ids = (viewer?.programmes ?? []).map(({ id }) => id);
    return { ids, problem: answer.codes.join() || untold(walk, who, answer) };
  }
  const field = walk.schema.getQueryType()?.getFields()[name];
  if (field === undefined) throw new Error(`there is no list ${name}`);
  const type = getNamedType(field.type);
  if (!isObjectType(type)) throw new Error(`${name} is a list of objects`);
  if (!type.name.endsWith('Connection')) {
    const parts = selection(walk.schema, type.name, 1);
    const answer = await walk.played.as(who, `{ answer: ${name} { ${parts} } }`);
    const rows = (answer.data?.answer ?? []) as readonly Readonly<Record<string, string>>[];
    const ids = rows.map(({ id, subjectId }) => subjectId ?? id ?? '');
    return { ids, problem: answer.codes.join() || untold(walk, who, answer) };
  }
  const node = selection(walk.schema, type.name.replace('Connection', ''), 1);
  const document = `query ($after: String) { answer: ${name}(first: ${pageOf(name)}, after: $after) {
    edges { cursor node { ${node} } } pageInfo { hasNextPage endCursor } } }`;
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const answer = await walk.played.as(who, document, { after });
    const problem = answer.codes.join() || untold(walk, who, answer);
    const page = answer.data?.answer as Page | undefined;
    if (problem !== null || page === undefined)
      return { ids, problem: `${problem} ${answer.text}` };
    ids.push(...page.edges.map((edge) => edge.node.id));
    if (!page.pageInfo.hasNextPage) return { ids, problem: null };
    after = page.pageInfo.endCursor;
  }
}

/** Rows with much in them are asked for in smaller pages, for the sake of the cost limit. */
const pageOf = (name: string): number => pages[name] ?? 20;
const pages: Readonly<Record<string, number>> = {
  ...{ acts: 60, certificates: 8, financeRequests: 5, invoices: 8, legs: 12 },
};

/** What is wrong with a list for somebody. */
export async function checkList(walk: Walk, name: string, who: Principal): Promise<string | null> {
  const { ids, problem } = await shownIn(walk, name, who);
  if (problem !== null) return `${who.role} ${name}: ${problem.slice(0, 600)}`;
  const strange = ids.filter((id) => !walk.rights.sees(who, id));
  if (strange.length > 0) return `${who.role} ${name}: shows ${strange.join(', ')}`;
  const type = lists[name];
  if (type === null || type === undefined || type === 'Draft') return null;
  const seen = [...walk.rights.objects.values()].filter(
    (each) => each.type === type && each.readers.has(who.party),
  );
  const left = seen.filter(({ id }) => !ids.includes(id));
  return left.length === 0 ? null : `${who.role} ${name}: leaves out ${left.map(({ id }) => id)}`;
}
