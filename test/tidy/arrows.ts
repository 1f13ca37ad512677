/**
 * Who may call whom: the rooms of the house and the doors between them.
 *
 * A room is a set of files. A file belongs to the first room whose pattern it matches; it may import
 * files of its own room and of the rooms named in `may`. A file without a room fails, so a new folder
 * starts with a new row here.
 */
export type Room = {
  readonly name: string;
  readonly files: RegExp;
  /** Other rooms, by name. */
  readonly may: readonly string[];
};

/** From left to right; a slice asks only slices to its left. */
export const slices = [
  'party',
  'document',
  'logistics',
  'invoice',
  'dispute',
  'receivable',
  'financing',
  'recovery',
  'settlement',
  'ledger',
  'audit',
  'network',
] as const;

const chain: readonly Room[] = [
  { name: 'chain.crypto', files: /^chain\/src\/crypto\//, may: [] },
  { name: 'chain.calc', files: /^chain\/src\/calc\//, may: [] },
  { name: 'chain.act', files: /^chain\/src\/act\//, may: ['chain.crypto'] },
  { name: 'chain.log', files: /^chain\/src\/log\//, may: ['chain.act', 'chain.crypto'] },
  {
    name: 'chain.core',
    files: /^chain\/src\/core\//,
    may: ['chain.log', 'chain.act', 'chain.crypto'],
  },
  { name: 'chain.client', files: /^chain\/src\/client\.ts$/, may: ['chain.log'] },
  {
    name: 'chain.shell',
    files: /^chain\/src\/shell\//,
    may: ['chain.client', 'chain.core', 'chain.log', 'chain.act', 'chain.crypto'],
  },
  {
    name: 'chain.net',
    files: /^chain\/src\/net\//,
    may: [
      ...['chain.client', 'chain.shell', 'chain.core', 'chain.log', 'chain.act', 'chain.crypto'],
    ],
  },
  {
    name: 'chain.verify',
    files: /^chain\/src\/verify\.ts$/,
    may: ['chain.log', 'chain.act', 'chain.crypto', 'chain.calc'],
  },
  {
    name: 'chain.index',
    files: /^chain\/src\/index\.ts$/,
    may: ['chain.client', 'chain.net', 'chain.shell', 'chain.core'],
  },
  {
    name: 'chain.cli',
    files: /^chain\/src\/cli(\.ts$|\/)/,
    may: [
      ...['chain.index', 'chain.client', 'chain.verify', 'chain.net', 'chain.shell', 'chain.core'],
      ...['chain.log', 'chain.act', 'chain.crypto', 'chain.calc'],
    ],
  },
];

/** What the server holds of the chain: its client, and the pure functions over acts and proofs. */
const chainFaces = ['chain.client', 'chain.index', 'chain.verify'];
const chainPure = ['chain.act', 'chain.log', 'chain.crypto', 'chain.calc'];

/** Files of a slice by their part; what is none of these is a rule, and rules are pure. */
const parts = {
  model: ['model'],
  service: [
    ...['service(-[a-z]+)?', 'draft', 'proof', 'replay', 'explorer'],
    ...['statements', 'lines', 'funding', 'redemption', 'queue', 'instructions'],
    ...['crediting', 'voiding'],
    ...['handlers', 'issuing', 'passing', 'maturing'],
  ],
  store: ['store', 'blobs'],
  edge: [
    ...['graphql', 'explorer-graphql', 'download', 'capture', 'changes', 'metrics'],
    ...['instruction-graphql', 'queue-graphql'],
    ...['credit-graphql', 'accounts-graphql'],
  ],
} as const;

function sliceRooms(slice: string, order: number): readonly Room[] {
  const left = slices.slice(0, order);
  const leftOf = (part: string) => left.map((each) => `${each}.${part}`);
  const own = (...names: readonly string[]) => names.map((part) => `${slice}.${part}`);
  const files = (names: readonly string[]) =>
    new RegExp(`^server/src/${slice}/(${names.join('|')})\\.ts$`);
  return [
    {
      name: `${slice}.model`,
      files: files(parts.model),
      may: ['kernel', 'chain.act', 'chain.calc', ...leftOf('model')],
    },
    {
      name: `${slice}.store`,
      files: files(parts.store),
      may: [...own('model', 'rules', 'service'), 'kernel', 'db', 'platform', ...leftOf('model')],
    },
    {
      name: `${slice}.service`,
      files: files(parts.service),
      may: [
        ...own('model', 'rules', 'store'),
        ...['kernel', 'platform', ...chainPure, ...chainFaces],
        ...leftOf('model'),
        ...leftOf('service'),
      ],
    },
    {
      name: `${slice}.edge`,
      files: files(parts.edge),
      may: [
        ...own('model', 'rules', 'service', 'store'),
        ...['kernel', 'platform', 'graphql', ...chainPure, ...chainFaces],
        ...leftOf('model'),
        ...leftOf('service'),
        ...leftOf('edge'),
      ],
    },
    {
      name: `${slice}.rules`,
      files: new RegExp(`^server/src/${slice}/[a-z0-9-]+\\.ts$`),
      may: [...own('model'), 'kernel', 'chain.act', 'chain.calc', ...leftOf('model')],
    },
  ];
}

const sliceRoomNames = slices.flatMap((slice) =>
  [...Object.keys(parts), 'rules'].map((part) => `${slice}.${part}`),
);

const server: readonly Room[] = [
  { name: 'kernel', files: /^server\/src\/kernel\//, may: ['chain.act', 'chain.calc'] },
  { name: 'db', files: /^server\/src\/db\//, may: [] },
  {
    name: 'platform',
    files: /^server\/src\/platform\//,
    may: ['kernel', 'db', ...chainPure, ...chainFaces],
  },
  {
    name: 'graphql',
    files: /^server\/src\/graphql\//,
    may: ['kernel', 'platform', ...chainPure, ...chainFaces],
  },
  {
    // Programs beside the server: the audit of a home, and the journey as any caller would drive it.
    name: 'programs',
    files: /^server\/src\/(audit\/(cli|open)\.ts$|demo(\.ts$|\/))/,
    may: [
      ...['kernel', 'platform', 'server', 'invoice.rules', 'party.rules'],
      ...[...chainFaces, ...chainPure, ...sliceRoomNames],
    ],
  },
  ...slices.flatMap(sliceRooms),
  {
    name: 'server',
    files: /^(server\/src\/[a-z-]+|prisma\/seed)\.ts$/,
    may: ['kernel', 'platform', 'graphql', ...chainPure, ...chainFaces, ...sliceRoomNames],
  },
  { name: 'prisma', files: /^prisma\/prisma\.config\.ts$/, may: [] },
];

const webScreens = ['today', ...slices];

const web: readonly Room[] = [
  { name: 'web.lib', files: /^web\/src\/lib\//, may: ['chain.verify'] },
  { name: 'web.ui', files: /^web\/src\/ui\//, may: ['web.lib', 'chain.verify'] },
  ...webScreens.map((screen) => ({
    name: `web.${screen}`,
    files: new RegExp(`^web/src/${screen}/`),
    may: ['web.ui', 'web.lib', 'chain.verify'],
  })),
  {
    name: 'web.app',
    files: /^web\/src\/app\//,
    may: ['web.ui', 'web.lib', ...webScreens.map((screen) => `web.${screen}`)],
  },
  {
    name: 'web.main',
    files: /^web\/src\/(main\.tsx|env\.d\.ts)$/,
    may: ['web.app', 'web.ui', 'web.lib'],
  },
  { name: 'web.tools', files: /^web\/[a-z.]+\.ts$/, may: [] },
];

export const rooms: readonly Room[] = [...chain, ...server, ...web];

/** Single doors that stand open for a reason. A door that nobody uses any more fails, so they close again. */
export const openDoors: readonly {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}[] = [
  {
    from: 'server/src/party/model.ts',
    to: 'server/src/platform/mandates.ts',
    why: 'the pipeline checks mandates before any slice is asked, so their row lives there',
  },
  {
    from: 'server/src/audit/replay.ts',
    to: 'server/src/party/genesis.ts',
    why: 'the replay begins with the rows of the genesis, which no act makes',
  },
  {
    from: 'web/src/lib/act/use-act.ts',
    to: 'chain/src/act/kinds.ts',
    why: 'the names of the kinds, as a type only',
  },
  {
    from: 'web/src/audit/ActsScreen.tsx',
    to: 'chain/src/act/kinds.ts',
    why: 'its filter offers every kind there is',
  },
  {
    from: 'web/src/party/DeviceCard.tsx',
    to: 'chain/src/crypto/digest.ts',
    why: 'it shows the public key of the device in hex',
  },
  {
    from: 'server/src/invoice/graphql.ts',
    to: 'server/src/party/store.ts',
    why: 'buyer and seller are shown as far as the viewer may see them',
  },
];
