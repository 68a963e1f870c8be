import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT_FOLDER } from '../../scripts/contract/schema.ts';
import { readSources, type Source } from './rules/sources.ts';
import { FILE_LINES_MAX, findLongFiles, findSwitchedOff, findUntaggedSql } from './rules/style.ts';

const sources = readSources();

const file = (path: string, text: string): Source => ({ path, text });

describe('length', () => {
  test(`no file has more than ${FILE_LINES_MAX} lines`, () => expect(findLongFiles(sources)).toEqual([]));

  test('found: a file with one line too many', () => {
    expect(findLongFiles([file('platform/x.ts', 'x\n'.repeat(FILE_LINES_MAX))])).toEqual([]);
    expect(findLongFiles([file('platform/x.ts', 'x\n'.repeat(FILE_LINES_MAX + 1))])).toEqual(['platform/x.ts has 401 lines, 1 too many']);
  });
});

describe('SQL', () => {
  test('every statement is tagged, and a tag leads to one file', () => expect(findUntaggedSql(sources)).toEqual([]));

  test('found: a statement without a tag, and a tag in two files', () => {
    const first = [
      'const readCoins = () => `/* readCoins */ SELECT coins FROM wallet`;',
      'const readAll = () => `',
      '  SELECT coins FROM wallet`;',
    ];
    const found = findUntaggedSql([
      file('subgraphs/trading/data/x.ts', first.join('\n')),
      file('subgraphs/trading/data/y.ts', "const readCoins = '/* readCoins */ SELECT 1';"),
    ]);
    expect(found).toEqual([
      'subgraphs/trading/data/x.ts:2 has a statement without a tag',
      'readCoins of trading tags statements in subgraphs/trading/data/x.ts and subgraphs/trading/data/y.ts',
    ]);
  });
});

describe('checks stay on', () => {
  test('nothing turns the type checker, the linter or a test off without a reason', () => expect(findSwitchedOff(sources)).toEqual([]));

  test.each([
    ['// @ts-ignore because', 1],
    ['// @ts-expect-error', 1],
    ['// @ts-expect-error: the library forgets this overload', 0],
    ['// biome-ignore lint/suspicious/noExplicitAny', 1],
    ['// biome-ignore lint/suspicious/noExplicitAny: a foreign type', 0],
    ["test.only('x', () => {});", 1],
    ["describe.skip('x', () => {});", 1],
    ["test.skipIf(noRedis)('x', () => {});", 0],
  ])('%s', (line, faults) => expect(findSwitchedOff([file('tests/unit/x.test.ts', line)])).toHaveLength(faults));
});

/** One file per rule, with nothing wrong but that. */
const LINTED_SAMPLES: Readonly<Record<string, string>> = {
  noExplicitAny: 'export const x = (y: any): string => String(y);',
  noNonNullAssertion: 'export const x = (y: string | null): number => y!.length;',
  noTsIgnore: "// @ts-ignore\nexport const x: number = 'x';",
  noEmptyBlockStatements: 'try {\n  globalThis.close();\n} catch {}',
  noFocusedTests: "import { test } from 'vitest';\n\ntest.only('x', () => undefined);",
  noSkippedTests: "import { test } from 'vitest';\n\ntest.skip('x', () => undefined);",
  noDefaultExport: 'export default 1;',
  noBarrelFile: "export * from './noEnum.ts';",
  noEnum: 'export enum X {\n  A,\n}',
  noParameterProperties: 'export class X {\n  constructor(readonly y: number) {}\n}',
  useImportExtensions: "import { X } from './noEnum';\n\nexport const x = X;",
  noUnusedImports: "import { join } from 'node:path';\n\nexport const x = 1;",
  noConsole: "console.log('x');",
};

describe('the linter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-lint-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('finds each of what the house style forbids', () => {
    copyFileSync(join(ROOT_FOLDER, 'biome.json'), join(folder, 'biome.json'));
    for (const [rule, text] of Object.entries(LINTED_SAMPLES)) writeFileSync(join(folder, `${rule}.ts`), `${text}\n`);
    const biome = join(ROOT_FOLDER, 'node_modules/@biomejs/biome/bin/biome');
    const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', '--max-diagnostics=100', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const found = new Set(
      [...stdout.matchAll(/::error title=lint\/\w+\/(\w+),file=[^,]*?(\w+)\.ts,/g)]
        .filter(([, rule, name]) => rule === name)
        .map(([, rule]) => rule),
    );
    expect(Object.keys(LINTED_SAMPLES).filter((rule) => !found.has(rule))).toEqual([]);
  });
});
