import { describe, expect, test } from 'vitest';
import { hashOf } from '../../gateway/persisted/extension.ts';
import { normalise, readManifest } from '../../gateway/persisted/manifest.ts';

const apollo = (...operations: readonly object[]): string =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });

test('Apollo’s manifest and a plain map say the same', async () => {
  const body = 'query Echo { echo }';
  const forms = [apollo({ id: 'one', name: 'Echo', type: 'query', body }), JSON.stringify({ one: body })];
  for (const form of forms) {
    const { bodies, texts, operations } = await readManifest(form);
    expect(operations).toBe(1);
    expect([...bodies]).toEqual([
      ['one', body],
      [hashOf(body), body],
    ]);
    expect(texts.has(normalise('query Echo{echo}') ?? '')).toBe(true);
  }
});

test('an id that looks like the hash of another body means what the manifest says', async () => {
  const [mine, other] = ['{ mine }', '{ other }'];
  const { bodies } = await readManifest(JSON.stringify({ [hashOf(other)]: mine, x: other }));
  expect(bodies.get(hashOf(other))).toBe(mine);
});

test.each<[string, string, string]>([
  ['no JSON', '{', 'The manifest is not JSON'],
  [
    'another version',
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 2, operations: [] }),
    'at version: it must be 1',
  ],
  ['an operation without a body', apollo({ id: 'a' }), 'at operations.0.body'],
  ['a map to something else', JSON.stringify({ a: 1 }), 'at a:'],
  ['a list', '[]', 'neither Apollo’s persisted query manifest nor an object'],
  ['a body that is no GraphQL', apollo({ id: 'good', body: '{ a }' }, { id: 'bad', body: '{ a' }), 'operation "bad" is no GraphQL'],
  ['one id for two bodies', apollo({ id: 'a', body: '{ a }' }, { id: 'a', body: '{ b }' }), 'lists the id "a" with two bodies'],
  ['an empty id', JSON.stringify({ '': '{ a }' }), 'an id of 0 characters'],
  [
    'too many operations',
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`id${index}`, '{ a }']))),
    'lists 10001 operations; the limit is 10000',
  ],
])('a manifest with %s is refused with the reason', async (_, text, reason) => {
  await expect(readManifest(text)).rejects.toThrow(reason);
});

describe('normalising', () => {
  test.each([
    ['white space and commas', 'query Q($a:Int,$b:Int){x(a:$a,b:$b)}', 'query Q($a: Int\n$b: Int) {\n  x(a: $a b: $b)\n}'],
    ['comments', '{ a }', '# what for\n{ a # this\n}'],
    [
      'the order of definitions',
      'query Q { ...F ...G } fragment F on T { a } fragment G on T { b }',
      'fragment G on T { b } fragment F on T { a } query Q { ...F ...G }',
    ],
  ])('forgets %s', (_, left, right) => {
    expect(normalise(left)).toBe(normalise(right));
  });

  test.each([
    ['another field', '{ a }', '{ b }'],
    ['another alias', '{ a }', '{ b: a }'],
    ['another argument', '{ a(x: 1) }', '{ a(x: 2) }'],
    ['another operation beside it', '{ a }', 'query A { a } query B { b }'],
    ['a string that differs by white space', '{ a(x: "1 2") }', '{ a(x: "1  2") }'],
  ])('keeps %s apart', (_, left, right) => {
    expect(normalise(left)).not.toBe(normalise(right));
  });

  test('what is no GraphQL has no normal form', () => {
    expect(normalise('{ a')).toBe(null);
  });
});

test('a large manifest lets others work while it is read', async () => {
  const body = (index: number): string =>
    `query Q${index} { ${Array.from({ length: 40 }, (_, field) => `f${field}: field(a: ${index})`).join(' ')} }`;
  const text = JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`id${index}`, body(index)])));
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  await readManifest(text);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(3);
});
