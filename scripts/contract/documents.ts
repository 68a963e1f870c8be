import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderConfigTable } from '#platform/config/table.ts';
import type { GeneratedFile } from './generated-file.ts';
import { renderLimitsPage } from './limits-page.ts';
import { ROOT_FOLDER } from './schema.ts';

const TABLE_BEGIN = '<!-- configuration:begin -->';
const TABLE_END = '<!-- configuration:end -->';

/** The documents that are made from the code, in whole or in part: the README's configuration table and the page of limits and codes.
 * Throws an Error when the README has no place for the table. */
export function makeDocuments(rootFolder: string = ROOT_FOLDER): readonly GeneratedFile[] {
  return [
    { path: 'README.md', content: withConfigTable(readReadme(rootFolder)) },
    { path: 'web/pages/limits.html', content: renderLimitsPage() },
  ];
}

/** The README with the current configuration table between its two marks. */
export function withConfigTable(readme: string): string {
  const begin = readme.indexOf(TABLE_BEGIN);
  const end = readme.indexOf(TABLE_END);
  if (begin < 0 || end < begin)
    throw new Error(
      `README.md has no place for the configuration table: it needs a line "${TABLE_BEGIN}" and after it a line "${TABLE_END}".`,
    );
  return `${readme.slice(0, begin)}${TABLE_BEGIN}\n\n${renderConfigTable()}\n\n${readme.slice(end)}`;
}

function readReadme(rootFolder: string): string {
  const path = join(rootFolder, 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
