import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT_FOLDER } from '../../../scripts/contract/schema.ts';

/** One source file. `path` from the repository's root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import of a file. `target` is a path of the repository for files of our own, the bare name for packages. */
export interface Import {
  readonly from: string;
  readonly target: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
}

const FOLDERS = '{platform,gateway,subgraphs,start,scripts,prisma,web,bench,tests,sdk}';
const NOT_OURS = ['**/node_modules/**', '**/dist/**', '**/generated/prisma/**', 'bench/peers/**'];

/** All source files of the repository, except built and downloaded ones. */
export const readSources = (): readonly Source[] =>
  [...globSync(`${FOLDERS}/**/*.{ts,tsx,js,mjs}`, { cwd: ROOT_FOLDER, exclude: NOT_OURS }), ...globSync('*.ts', { cwd: ROOT_FOLDER })]
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT_FOLDER, path), 'utf8') }));

/** Static imports, re-exports and side-effect imports; the clause between the keyword and `from` tells types from values. */
const STATIC_IMPORT = /^(?:import|export)\s+(?:([\w*{}\s,$]+?)\s+from\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Everything that a file imports: values and types, static and dynamic. */
export function importsOf({ path, text }: Source): readonly Import[] {
  const named = [...text.matchAll(STATIC_IMPORT)].map(([, clause, specifier = '']) => ({ specifier, typeOnly: isTypeOnly(clause ?? '') }));
  const dynamic = [...text.matchAll(DYNAMIC_IMPORT)].map(([, specifier = '']) => ({ specifier, typeOnly: false }));
  return [...named, ...dynamic].map(({ specifier, typeOnly }) => ({ from: path, typeOnly, ...resolve(path, specifier) }));
}

/** `type { A }` imports only types, and so does `{ type A, type B }`. */
const isTypeOnly = (clause: string): boolean => {
  if (/^type\b/.test(clause)) return true;
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1];
  if (names === undefined) return false;
  const parts = names.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').every((part) => part.startsWith('type '));
};

function resolve(from: string, specifier: string): { readonly target: string; readonly own: boolean } {
  if (specifier.startsWith('#platform/')) return { target: specifier.slice(1), own: true };
  if (specifier.startsWith('.')) return { target: normalize(join(dirname(from), specifier)), own: true };
  return { target: specifier, own: false };
}
