/** The cache: lists keep their place, and what is final never looks pending again. */
import { gql } from '@apollo/client';
import { joinPages, makeCache } from '@tallystick/web/src/app/client.ts';
import { describe, expect, it } from 'vitest';

const page = (...ids: readonly string[]) => ({
  edges: ids.map((id) => ({ cursor: id, node: { __ref: `Invoice:${id}` } })),
  pageInfo: ids.at(-1),
});
const idsOf = ({ edges }: ReturnType<typeof page> | ReturnType<typeof joinPages>) =>
  edges.map(({ node }) => node.__ref.slice('Invoice:'.length)).join('');

describe('pages of a list', () => {
  it('follow each other when the next one is loaded', () => {
    expect(idsOf(joinPages(page('a', 'b'), page('c', 'd'), true))).toBe('abcd');
  });

  it('hold no row twice when rows have moved between two pages', () => {
    expect(idsOf(joinPages(page('a', 'b'), page('b', 'c'), true))).toBe('abc');
  });

  it('keep what was loaded below when the head is read again', () => {
    const renewed = joinPages(page('a', 'b', 'c', 'd'), page('x', 'a', 'b'), false);

    expect(idsOf(renewed)).toBe('xabcd');
    expect(renewed.pageInfo).toBe('d');
  });

  it('begin anew when the new head no longer reaches the old rows', () => {
    expect(idsOf(joinPages(page('a', 'b'), page('x', 'y'), false))).toBe('xy');
  });
});

describe('the anchor of an act', () => {
  const query = gql`
    query {
      act(id: "act_1") {
        id
        anchor {
          actHash
          status
          height
        }
      }
    }
  `;
  const told = (status: string, height: number | null) => ({
    act: {
      __typename: 'Act',
      id: 'act_1',
      anchor: { __typename: 'Anchor', actHash: 'aa', status, height },
    },
  });

  it('turns final when the news come', () => {
    const cache = makeCache();
    cache.writeQuery({ query, data: told('PENDING', null) });

    cache.writeQuery({ query, data: told('FINAL', 12) });

    expect(cache.readQuery({ query })).toEqual(told('FINAL', 12));
  });

  it('stays final when an older answer comes late', () => {
    const cache = makeCache();
    cache.writeQuery({ query, data: told('FINAL', 12) });

    cache.writeQuery({ query, data: told('PENDING', null) });

    expect(cache.readQuery({ query })).toEqual(told('FINAL', 12));
  });
});
