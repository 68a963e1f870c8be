import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { ROOT_FIELDS_MAX } from '../../gateway/limits.ts';
import { createDocuments } from '../../gateway/supergraph/documents.ts';

const prepare = createDocuments(buildSchema('type Query { field(of: Int): Int }'));
const fields = (count: number): string => Array.from({ length: count }, (_, index) => `a${index}: field(of: ${index})`).join(' ');

test.each<[string, (count: number) => string]>([
  ['by themselves', (count) => `{ ${fields(count)} }`],
  ['in an inline fragment', (count) => `{ ... on Query { ${fields(count)} } }`],
  ['in a named fragment, spread twice', (count) => `{ ...F ...F } fragment F on Query { ...G } fragment G on Query { ${fields(count)} }`],
])('root fields are bounded: %s', (_, query) => {
  expect(prepare(query(ROOT_FIELDS_MAX)).ok).toBe(true);
  expect(prepare(query(ROOT_FIELDS_MAX + 1))).toMatchObject({ errors: [{ extensions: { fanfareCode: 'COST_EXCEEDED' } }] });
});
