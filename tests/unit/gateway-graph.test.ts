import { expect, test } from 'vitest';
import type { Execution } from '../../gateway/execute/executor.ts';
import { openGraph } from '../../gateway/supergraph/graph.ts';
import type { SupergraphInput, SupergraphSource } from '../../gateway/supergraph/source.ts';
import { compose } from '../support/federation.ts';
import { aTelemetry } from '../support/telemetry.ts';

const inputWith = (field: string): SupergraphInput => ({
  kind: 'supergraph',
  sdl: compose({ a: { sdl: `type Query { ${field}: Int }` } }, () => 'http://a.test'),
});

test('a new schema that one part cannot take is left by those that have taken it', async () => {
  let change: (input: SupergraphInput) => Promise<void> = async () => undefined;
  const source: SupergraphSource = {
    name: 'test',
    read: async () => inputWith('old'),
    watch: (onChange) => {
      change = onChange;
      return () => undefined;
    },
  };
  const graph = await openGraph({
    source,
    telemetry: aTelemetry(),
    equip: (generation) => ({ execution: { generation } as Execution, close: async () => undefined }),
  });
  const first = graph.served.execution;
  const told: Execution[] = [];
  graph.onSwap(({ execution }) => void told.push(execution));
  graph.onSwap(({ execution }) => {
    if (execution !== first) throw new Error('not with me');
  });
  await change(inputWith('fresh'));
  expect(graph.status.refused?.reason).toBe('not with me');
  expect(graph.served.execution).toBe(first);
  expect(told).toHaveLength(2);
  expect(told.at(-1)).toBe(first);
  await graph.close();
});
