import { expect, test } from 'vitest';
import { readJsonSchema, schemaViolation } from '../../subgraphs/messaging/domain/jsonSchema.ts';

const violation = (schema: object, data: unknown): string | null => {
  const read = readJsonSchema(JSON.stringify(schema));
  if (typeof read === 'string') throw new Error(read);
  return schemaViolation(read, data);
};

test.each([
  [{ type: 'object' }, [], '$ must be of type object.'],
  [{ type: ['string', 'null'] }, 1, '$ must be of type string or null.'],
  [{ type: 'integer' }, 1.5, '$ must be of type integer.'],
  [{ enum: ['a', 1] }, 'b', '$ is none of the values that are allowed.'],
  [{ const: 'a' }, 'b', '$ must be "a".'],
  [{ properties: { a: { properties: { b: { minimum: 2 } } } } }, { a: { b: 1 } }, '$.a.b must be at least 2.'],
  [{ required: ['a'] }, {}, '$.a is missing.'],
  [{ required: ['toString'] }, {}, '$.toString is missing.'],
  [{ additionalProperties: false, properties: { a: {} } }, { a: 1, b: 2 }, '$.b is not part of this form.'],
  [{ additionalProperties: false }, JSON.parse('{"__proto__":1}'), '$.__proto__ is not part of this form.'],
  [{ items: { maxLength: 1 } }, ['a', '🎁', 'bb'], '$[2] must have at most 1 characters.'],
  [{ minItems: 1 }, [], '$ must have at least 1 items.'],
])('%j is broken by %j', (schema, data, said) => {
  expect(violation(schema, data)).toBe(said);
});

test('what keeps to its schema breaks nothing', () => {
  const schema = {
    title: 'Poll',
    type: 'object',
    required: ['question', 'choices'],
    additionalProperties: false,
    properties: {
      question: { type: 'string', minLength: 1, maxLength: 100 },
      choices: { type: 'array', minItems: 2, maxItems: 4, items: { type: ['string', 'integer'] } },
      open: { type: 'boolean' },
    },
  };
  expect(violation(schema, { question: '?', choices: ['a', 2], open: true })).toBeNull();
});

test.each([
  ['[]', '$ is no schema: it must be an object.'],
  ['{', 'The schema is no JSON.'],
  ['{"$ref":"#"}', '$.$ref is a keyword that is not known here.'],
  ['{"type":"text"}', '$.type does not hold what it should.'],
  ['{"properties":{"a":{"minLength":-1}}}', '$.a.minLength does not hold what it should.'],
  [`${'{"items":'.repeat(8)}{}${'}'.repeat(8)}`, '$.items.items.items.items.items.items.items.items is deeper than 8 levels.'],
  [JSON.stringify({ title: 'x'.repeat(16_384) }), 'A schema has at most 16384 bytes.'],
])('%s is no schema', (text, said) => {
  expect(readJsonSchema(text)).toBe(said);
});
