import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT_FOLDER } from './schema.ts';

/** A committed file that a script makes: `path` from the repository's root, `content` as it should be. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/** Writes those files that differ. Answers their paths. */
export function writeGeneratedFiles(files: readonly GeneratedFile[], rootFolder: string = ROOT_FOLDER): readonly string[] {
  const stale = findStaleFiles(files, rootFolder);
  for (const file of stale) {
    const target = join(rootFolder, file.path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.content);
  }
  return stale.map((file) => file.path);
}

/** Those files that are missing or differ from what they should be. */
export const findStaleFiles = (files: readonly GeneratedFile[], rootFolder: string = ROOT_FOLDER): readonly GeneratedFile[] =>
  files.filter((file) => {
    const target = join(rootFolder, file.path);
    return !existsSync(target) || readFileSync(target, 'utf8') !== file.content;
  });

/** What a generating script says at its end: which files it wrote. */
export const describeWritten = (paths: readonly string[]): string =>
  paths.length === 0 ? 'Everything was up to date.\n' : `${paths.map((path) => `wrote ${path}`).join('\n')}\n`;
