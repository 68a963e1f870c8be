import { roomOf } from './imports.ts';
import type { Source } from './sources.ts';

/** Longer files are read by nobody from top to bottom. */
export const FILE_LINES_MAX = 400;

const isGenerated = (path: string): boolean => path.includes('/generated/');

/** Source files that are too long. */
export const findLongFiles = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path }) => !isGenerated(path))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines, ${lines - FILE_LINES_MAX} too many`);

/** A string that begins like a statement: the tag belongs in front of it. Statements are written in capitals. */
const UNTAGGED = /[`'"]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|MERGE INTO|TRUNCATE)\s/g;
const TAG = /[`'"]\/\* (\w+) \*\//g;
const SQL_ROOMS = /^(platform|subgraphs|gateway|prisma|start)\//;

/** Statements without a tag, and tags that stand in several files of one subgraph (or outside of all): a tag in a database's log must lead to one place. */
export function findUntaggedSql(sources: readonly Source[]): readonly string[] {
  const own = sources.filter(({ path }) => SQL_ROOMS.test(path) && !isGenerated(path));
  const untagged = own.flatMap(({ path, text }) =>
    [...text.matchAll(UNTAGGED)].map((match) => `${path}:${lineOf(text, match.index)} has a statement without a tag`),
  );
  const files = new Map<string, Set<string>>();
  for (const { path, text } of own) {
    for (const [, tag = ''] of text.matchAll(TAG)) {
      const place = `${tag} of ${roomOf(path).subgraph ?? 'the platform'}`;
      files.set(place, (files.get(place) ?? new Set()).add(path));
    }
  }
  const shared = [...files]
    .filter(([, paths]) => paths.size > 1)
    .map(([place, paths]) => `${place} tags statements in ${[...paths].join(' and ')}`);
  return [...untagged, ...shared];
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Switches that turn a check off; each needs a reason after it. */
const SWITCHES = [
  { pattern: /@ts-(ignore|nocheck)\b/, says: 'turns the type checker off' },
  { pattern: /@ts-expect-error\s*$/, says: 'turns the type checker off without a reason' },
  { pattern: /biome-ignore[^:\n]*(:\s*)?$/, says: 'turns the linter off without a reason' },
  { pattern: /\b(it|test|describe|suite|bench)(\.\w+)*\.only\b/, says: 'keeps all other tests from running' },
  { pattern: /\b(it|test|describe|suite|bench)\.(skip|todo)\(/, says: 'keeps a test from running' },
] as const;

/** Lines that turn a check off. This folder, which is about such lines, is left out. */
export const findSwitchedOff = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path }) => !isGenerated(path) && !path.startsWith('tests/architecture/'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => SWITCHES.filter(({ pattern }) => pattern.test(line)).map(({ says }) => `${path}:${index + 1} ${says}`)),
    );
