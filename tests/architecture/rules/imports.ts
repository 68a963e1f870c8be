import { type Import, importsOf, type Source } from './sources.ts';

/** Who may import whom (ARCHITECTURE.md). Rooms of a subgraph are those of the same subgraph. `generated` is made from the schema and may import what it likes. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  platform: ['platform'],
  gateway: ['gateway', 'platform'],
  server: ['resolvers', 'domain', 'data', 'events', 'context', 'generated', 'mappers', 'modules', 'platform'],
  context: ['data', 'domain', 'events', 'generated', 'platform'],
  resolvers: ['resolvers', 'domain', 'data', 'events', 'context', 'generated', 'mappers', 'platform'],
  domain: ['domain'],
  data: ['data', 'domain', 'events', 'generated', 'platform'],
  events: ['events', 'domain', 'platform'],
  modules: ['modules', 'domain', 'data', 'events', 'platform'],
  mappers: ['domain', 'data', 'events', 'platform'],
  web: ['web'],
  sdk: ['sdk'],
};

/** Rooms that wire, build, measure or test: they may import everything. */
const FREE_ROOMS: ReadonlySet<string> = new Set(['start', 'scripts', 'prisma', 'bench', 'tests', 'generated', 'root']);

/** The room of a file: the folder under subgraphs/<name>, or the top folder. */
export function roomOf(path: string): { readonly room: string; readonly subgraph: string | null } {
  const inSubgraph = /^subgraphs\/([^/]+)\/([^/]+)/.exec(path);
  if (inSubgraph !== null) return { subgraph: inSubgraph[1] ?? '', room: (inSubgraph[2] ?? '').replace(/\.ts$/, '') };
  return { subgraph: null, room: path.includes('/') ? (path.split('/')[0] ?? '') : 'root' };
}

/** Imports that the house plan forbids, one sentence each. Types count like values. */
export const findForbiddenImports = (sources: readonly Source[]): readonly string[] =>
  sources.flatMap((source) =>
    importsOf(source)
      .filter((edge) => edge.own && !isAllowed(edge))
      .map((edge) => `${edge.from} must not import ${edge.target}`),
  );

function isAllowed({ from, target }: Import): boolean {
  const source = roomOf(from);
  const destination = roomOf(target);
  if (FREE_ROOMS.has(source.room)) return true;
  const sameSubgraph = destination.subgraph === null || destination.subgraph === source.subgraph;
  return sameSubgraph && (MAY_IMPORT[source.room] ?? []).includes(destination.room);
}

/** What makes a rule impure: clocks, chance, input and output. node:crypto is allowed for hashes, which are pure. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(UUID|Bytes|Int)\b|\bprocess\.|\bperformance\.|\bfetch\(|\bset(Timeout|Interval)\(|\bawait\b/;
const PURE_PACKAGES: ReadonlySet<string> = new Set(['node:crypto']);

/** Lines of domain/ that are not pure, and packages that it should not need. */
export const findImpureRules = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path }) => roomOf(path).room === 'domain')
    .flatMap((source) => [
      ...withoutComments(source.text)
        .split('\n')
        .filter((line) => IMPURE.test(line))
        .map((line) => `${source.path}: "${line.trim()}" is not pure`),
      ...importsOf(source)
        .filter((edge) => !edge.own && !edge.typeOnly && !PURE_PACKAGES.has(edge.target))
        .map((edge) => `${source.path} must not import ${edge.target}`),
    ]);

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** Circles of imports, each as the chain of its files. Types count like values; what generated files import does not. */
export function findCircles(sources: readonly Source[]): readonly string[] {
  const graph = new Map<string, readonly string[]>();
  for (const source of sources) {
    const targets = importsOf(source).filter((edge) => edge.own && roomOf(source.path).room !== 'generated');
    graph.set(
      source.path,
      targets.map((edge) => edge.target),
    );
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, chain: readonly string[]): void => {
    const start = chain.indexOf(path);
    if (start >= 0) circles.push([...chain.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...chain, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return circles;
}

/** Packages that the product promises to stand on. */
export const SERVING_PACKAGES = [
  '@apollo/server',
  '@apollo/gateway',
  'graphql-ws',
  '@prisma/client',
  '@prisma/adapter-pg',
  'redis',
  'dataloader',
] as const;

const SERVING_ROOMS = /^(platform|gateway|subgraphs)\//;

/** Promised packages that no serving code imports (types don't count). The generated Prisma Clients count: serving code runs them. */
export function findUnusedPackages(sources: readonly Source[], promised: readonly string[] = SERVING_PACKAGES): readonly string[] {
  const used = sources
    .filter(({ path }) => SERVING_ROOMS.test(path))
    .flatMap((source) => importsOf(source).filter((edge) => !edge.own && !edge.typeOnly))
    .map((edge) => edge.target);
  return promised.filter((name) => !used.some((target) => target === name || target.startsWith(`${name}/`)));
}
