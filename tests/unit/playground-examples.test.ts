import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { API_SCHEMA_PATH } from '../../scripts/contract/compose.ts';
import { ROOT_FOLDER } from '../../scripts/contract/schema.ts';
import { makeExamples, withNewKey } from '../../web/playground/examples.ts';

const schema = buildSchema(readFileSync(join(ROOT_FOLDER, API_SCHEMA_PATH), 'utf8'));

const keysInOrder = () => {
  let count = 0;
  return () => `key-${++count}`;
};

describe('the playground’s examples', () => {
  test.each(makeExamples(keysInOrder()).map((example) => [getOperationAST(parse(example.query))?.name?.value ?? '', example] as const))(
    '%s fits the schema, and so do its variables',
    (name, { query, variables }) => {
      expect(name).not.toBe('');
      const document = parse(query);
      expect(validate(schema, document)).toEqual([]);
      const definitions = getOperationAST(document)?.variableDefinitions ?? [];
      expect(getVariableValues(schema, definitions, variables)).not.toHaveProperty('errors');
    },
  );

  test('each has an idempotencyKey of its own', () => {
    const keys = [...JSON.stringify(makeExamples(keysInOrder())).matchAll(/"idempotencyKey":"([^"]*)"/g)].map((match) => match[1]);
    expect(keys).toEqual(['key-1', 'key-2', 'key-3']);
  });

  test('a new key replaces the old one and nothing else', () => {
    const text = '{\n  "input": { "giftId": "rose", "idempotencyKey" : "old" }\n}';
    expect(withNewKey(text, () => 'new')).toBe('{\n  "input": { "giftId": "rose", "idempotencyKey" : "new" }\n}');
    expect(withNewKey('{ "first": 10 }', () => 'new')).toBe('{ "first": 10 }');
  });
});
