/**
 * What a network looks like after years, for looking at its pages: the longest names, a validator that is
 * stopped, five epochs, two that broke a rule, changes in every state. Made from the real answers of a
 * server by putting more into them, so that no field that the pages ask for is missing.
 */
import type {
  EpochsQuery,
  GovernanceQuery,
  NetworkQuery,
} from '@tallystick/web/src/lib/graphql/graphql.ts';

export type NetworkAnswers = {
  readonly Network: NetworkQuery;
  readonly Epochs: EpochsQuery;
  readonly Governance: GovernanceQuery;
};

const dayMs = 86_400_000;
const organisations = [
  'Norddeutsche Landesgenossenschaftsbank für Handels- und Lieferkettenfinanzierung Aktiengesellschaft & Co. Kommanditgesellschaft auf Aktien',
  '中国工商银行股份有限公司长三角一体化示范区供应链金融创新服务中心（有限合伙）分行营业部',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  'Bank',
];
const names = [
  'north-eastern-harbour-1',
  'hill',
  'a-very-long-name-of-a-validator-of-this-network',
  'b',
];

/** The answer to one query, filled. `nowMs` is the moment that changes wait from. */
export const fillers: {
  readonly [Q in keyof NetworkAnswers]: (
    answer: NetworkAnswers[Q],
    nowMs: number,
  ) => NetworkAnswers[Q];
} = {
  Network: ({ chain, networkHealth, ...rest }) => ({
    ...rest,
    chain: { ...chain, finalising: false, height: 1_234_567, size: 98_765_432, waiting: 12 },
    networkHealth: {
      ...networkHealth,
      validators: networkHealth.validators.map((each, order) => ({
        ...each,
        name: names[order] ?? each.name,
        organisation: organisations[order] ?? each.organisation,
        operator: organisations[order + 1] ?? each.operator,
        ...(order === 1 ? { running: false, uptime: 0.4321 } : {}),
      })),
    },
  }),
  Epochs: ({ epochs, ...rest }) => ({
    ...rest,
    epochs: {
      ...epochs,
      edges: epochs.edges.slice(0, 1).flatMap((edge) =>
        [5, 4, 3, 2, 1].map((number) => ({
          ...edge,
          node: {
            ...edge.node,
            number: `${number}`,
            firstHeight: number * 100_000 + 1,
            ...(number === 1
              ? {}
              : { handoverIndex: `${number * 313_370}`, vouchedStake: '75', vouchedTotal: '100' }),
            validators: edge.node.validators.map((each, order) => ({
              ...each,
              name: names[order] ?? each.name,
            })),
          },
        })),
      ),
    },
  }),
  Governance: ({ network, networkHealth, ...rest }, nowMs) => {
    const at = (days: number) => new Date(nowMs + days * dayMs).toISOString();
    const [first = '', , third = ''] = names;
    const change = (order: number, operation: string) => ({
      __typename: 'NetworkChange' as const,
      ...{ change: `${order}`.repeat(64), operation, validator: third, organisation: null },
      ...{ stake: null, parameter: null, value: null, proposedAt: at(-1), dueAt: at(order) },
      ...{ ready: true, needsApproval: true, approvedStake: '1' },
    });
    return {
      ...rest,
      networkHealth: {
        ...networkHealth,
        epoch: '5',
        evidence: [first, third].map((validator, order) => ({
          __typename: 'EvidenceInLog' as const,
          ...{ index: `${777 + order}`, height: 4321, at: at(-1), epoch: '4', validator },
        })),
      },
      network: {
        ...network,
        ...{ slashedStake: '25', accused: [first, third] },
        unbonding: [{ __typename: 'NetworkUnbonding', name: third, stake: '25', until: at(20) }],
        pending: [
          {
            ...change(2, 'admit'),
            ...{ organisation: organisations[0] ?? '', stake: '25', ready: false },
          },
          { ...change(0, 'remove'), needsApproval: false },
          { ...change(1, 'set'), validator: null, parameter: 'unbondingMs', value: '604800000' },
          { ...change(3, 'weigh'), stake: '1000000', needsApproval: false },
        ],
      },
    };
  },
};
