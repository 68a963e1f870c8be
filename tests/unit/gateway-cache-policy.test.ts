import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readHints } from '../../gateway/cache/hints.ts';
import { createCachePolicies, createFetchAges } from '../../gateway/cache/policy.ts';
import { operationOf } from '../../gateway/supergraph/generation.ts';

const SDL = `
directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum CacheControlScope { PUBLIC PRIVATE }
type Query {
  plain: String
  kept: String @cacheControl(maxAge: 40)
  mine: String @cacheControl(maxAge: 40, scope: PRIVATE)
  book: Book
  shortBook: Book @cacheControl(maxAge: 5)
  list: Page @cacheControl(maxAge: 50)
  inherited: String @cacheControl(inheritMaxAge: true)
  media: Media @cacheControl(maxAge: 30)
  any: Any @cacheControl(maxAge: 30)
  found: Found @cacheControl(maxAge: 30)
  author: Author @cacheControl(maxAge: 60)
  negative: String @cacheControl(maxAge: -1)
}
type Mutation { plain: Book }
type Page @cacheControl(inheritMaxAge: true) { nodes: [Book] @cacheControl(inheritMaxAge: true) total: Int authors: [Author] private: [Author] @cacheControl(scope: PRIVATE, maxAge: 20) }
type Book implements Media @cacheControl(maxAge: 60) { id: ID title: String price: Int @cacheControl(maxAge: 10) author: Author mine: Boolean related: Book }
type Film implements Media { id: ID title: String @cacheControl(maxAge: 3) author: Author @cacheControl(maxAge: 60) }
interface Media { id: ID title: String author: Author }
union Any = Book | Film
type Draft @cacheControl(maxAge: 30) { id: ID }
union Found = Film | Draft
type Author { name: String born: Int @cacheControl(maxAge: 15) wallet: Int }
`;

const policyOf = (query: string): string => {
  const policies = createCachePolicies({
    schema: buildSchema(SDL),
    hints: readHints(parse(SDL)),
    personal: new Set(['Book.mine', 'Author.wallet', 'Draft']),
  });
  const document = parse(query);
  const operation = operationOf(document, null);
  if (!operation) throw new Error('the test has no operation');
  const { maxAgeSeconds, scope } = policies(document, operation);
  expect(policies(document, operation)).toBe(policies(document, operation));
  return `${maxAgeSeconds} ${scope}`;
};

describe('the policy of an operation', () => {
  test.each<[string, string, string]>([
    ['a root field without a hint', '{ plain }', '0 PUBLIC'],
    ['a root field with a hint', '{ kept }', '40 PUBLIC'],
    ['a root field that inherits from nothing', '{ inherited }', '0 PUBLIC'],
    ['the scope of a field', '{ mine }', '40 PRIVATE'],
    ['one private field among others', '{ kept mine }', '40 PRIVATE'],
    ['the hint of its type', '{ book { title } }', '60 PUBLIC'],
    ['the hint of a field before its type’s', '{ shortBook { title } }', '5 PUBLIC'],
    ['a scalar with a hint of its own', '{ book { title price } }', '10 PUBLIC'],
    ['an object without a hint', '{ book { author { name } } }', '0 PUBLIC'],
    ['an object that inherits', '{ list { nodes { id } total } }', '50 PUBLIC'],
    ['an object inside one that inherits, without a hint', '{ list { authors { name } } }', '0 PUBLIC'],
    ['a private list', '{ list { private { name } } }', '20 PRIVATE'],
    ['the shortest of several root fields', '{ kept book { title } shortBook { id } }', '5 PUBLIC'],
    ['a personal field', '{ book { mine } }', '60 PRIVATE'],
    ['a personal field deep inside', '{ author { name wallet } }', '60 PRIVATE'],
    ['an alias', '{ a: book { b: price } }', '10 PUBLIC'],
    ['a field that is skipped', '{ kept shortBook @skip(if: true) { id } }', '5 PUBLIC'],
    ['a fragment', '{ ...Q } fragment Q on Query { book { ...B } } fragment B on Book { price }', '10 PUBLIC'],
    ['a fragment at the root keeps the rule of root fields', '{ ... on Query { plain } }', '0 PUBLIC'],
    ['an interface, by each type that it may be', '{ media { title } }', '3 PUBLIC'],
    ['a fragment on one of them', '{ media { ... on Book { title } } }', '30 PUBLIC'],
    ['an object that only one of them keeps', '{ media { author { name } } }', '0 PUBLIC'],
    ['the same on the type that keeps it', '{ media { ... on Film { author { born } } } }', '15 PUBLIC'],
    ['an interface in a fragment on an interface', '{ media { ... on Book { ... on Media { title } } } }', '30 PUBLIC'],
    ['a union', '{ any { ... on Film { title } ... on Book { mine } } }', '3 PRIVATE'],
    ['a union with objects that only some may see, by its type alone', '{ found { __typename } }', '30 PRIVATE'],
    ['the type of what is kept', '{ book { __typename id } }', '60 PUBLIC'],
    ['nothing but the type of the root', '{ __typename }', '0 PUBLIC'],
    ['introspection', '{ kept __schema { queryType { name } } }', '0 PUBLIC'],
    ['a negative age', '{ negative }', '0 PUBLIC'],
    ['a mutation', 'mutation { plain { title } }', '0 PUBLIC'],
  ])('%s', (_, query, policy) => {
    expect(policyOf(query)).toBe(policy);
  });

  test('is worked out in time that grows with the document, not with what its fragments spread out to', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Book { related { ...F${index + 1} } a: related { ...F${index + 1} } }`,
    );
    expect(policyOf(`{ book { ...F0 } } ${fragments.join(' ')} fragment F60 on Book { price }`)).toBe('10 PUBLIC');
  });
});

describe('what a plan asks of a subgraph', () => {
  const ageOf = createFetchAges({
    schema: buildSchema(SDL),
    hints: readHints(parse(SDL)),
    personal: new Set(['Book.mine', 'Author.wallet', 'Draft']),
  });
  const entities = (fragment: string): string =>
    `query($representations: [_Any!]!) { _entities(representations: $representations) { ${fragment} } }`;

  test.each<[string, string, number]>([
    ['entities of a type with a hint', entities('... on Book { title }'), 60],
    ['a field with a shorter one', entities('... on Book { __typename title price }'), 10],
    ['entities of a type without a hint', entities('... on Film { id }'), 0],
    ['entities of several types', entities('... on Book { title } ... on Film { id }'), 0],
    ['a personal field', entities('... on Book { mine }'), 0],
    ['an object without a hint inside', entities('... on Book { author { name } }'), 0],
    ['a type that clients don’t know', entities('... on Hidden { id }'), 0],
    ['entities that only some may see, by their type alone', entities('... on Draft { __typename }'), 0],
    ['a field that clients don’t know', entities('... on Book { secret }'), 0],
    ['a named fragment', `${entities('...B')} fragment B on Book { price }`, 10],
    ['root fields with hints', '{ book { title } kept }', 40],
    ['a root field without one', '{ book { title } plain }', 0],
    ['a private root field', '{ mine }', 0],
    ['a mutation', 'mutation { plain { title } }', 0],
  ])('%s', (_, document, age) => {
    expect(ageOf(parse(document))).toBe(age);
  });
});
