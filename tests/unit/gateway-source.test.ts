import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSource, type SupergraphInput } from '../../gateway/supergraph/source.ts';

test('a list that names a file before it is there is served once it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-source-'));
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  const list = (...names: readonly string[]): string =>
    JSON.stringify({ subgraphs: Object.fromEntries(names.map((name) => [name, { schema: { file: `${name}.graphql` } }])) });
  const served: SupergraphInput[] = [];
  const faults: string[] = [];
  const names = (): unknown => served.map((input) => (input.kind === 'subgraphs' ? input.subgraphs.map(({ name }) => name) : null)).at(-1);
  await write('one.graphql', 'type Query { one: Int }');
  await write('list.json', list('one'));
  const stop = fileSource(join(folder, 'list.json')).watch(
    async (input) => void served.push(input),
    (error) => faults.push(String(error)),
  );
  try {
    await expect.poll(names).toEqual(['one']);
    await write('list.json', list('one', 'two'));
    await expect.poll(() => faults.length).toBe(1);
    await write('list.json', 'no list');
    await expect.poll(() => faults.length).toBe(2);
    await write('list.json', list('one', 'two'));
    await expect.poll(() => faults.length).toBe(3);
    await write('two.graphql', 'type Query { two: Int }');
    await expect.poll(names).toEqual(['one', 'two']);
    expect(faults.length).toBe(3);
  } finally {
    stop();
    await rm(folder, { recursive: true });
  }
});
