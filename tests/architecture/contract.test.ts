import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { findBreaks, findUndescribed } from '../../scripts/contract/breaking.ts';
import { compose } from '../../scripts/contract/compose.ts';
import { withConfigTable } from '../../scripts/contract/documents.ts';
import { readLimits } from '../../scripts/contract/limits-page.ts';
import { readAllSubgraphSdl } from '../../scripts/contract/schema.ts';

const composition = compose();

const withChange = (name: 'streaming' | 'messaging' | 'trading', from: string, to: string) => {
  const sdl = new Map(readAllSubgraphSdl());
  const before = sdl.get(name) ?? '';
  if (!before.includes(from)) throw new Error(`schema/${name}.graphql has no "${from}"`);
  return sdl.set(name, before.replace(from, to));
};

describe('the supergraph', () => {
  test('broadcast subscriptions are marked in it, and personal fields too', () => {
    expect(composition.supergraphSdl).toMatch(/roomEvents\([\s\S]*?\): RoomEvent! @join__field\(graph: MESSAGING\) @broadcast/);
    expect(composition.supergraphSdl).toMatch(/canPost: Boolean @personal\n/);
  });

  test('without @composeDirective the composition is refused: the marks would vanish without a word', () => {
    const sdl = new Map([...readAllSubgraphSdl()].map(([name, text]) => [name, text.replace('@composeDirective(name: "@broadcast")', '')]));
    expect(() => compose(sdl)).toThrow(/@broadcast/);
  });

  test('subgraphs that disagree about a type are refused', () => {
    expect(() => compose(withChange('trading', 'wallet: Wallet @requiresScopes', 'handle: Int\n  wallet: Wallet @requiresScopes'))).toThrow(
      /User\.handle/,
    );
  });

  test('a type that two subgraphs describe differently is refused: its owner alone describes it', () => {
    expect(() => compose(withChange('trading', 'type User @key', '"""Somebody with money."""\ntype User @key'))).toThrow(/owner/);
  });

  test('a room event is planned as one subscription to messaging and then one fetch from trading', () => {
    const planner = new QueryPlanner(
      Supergraph.build(composition.supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES }),
    );
    const document = parse(`subscription { roomEvents(roomId: "1") { cursor ... on GiftEvent { sender { displayName } gift { name } } } }`);
    const plan = planner.buildQueryPlan(operationFromDocument(planner.supergraph.apiSchema(), document)).node;
    if (plan?.kind !== 'Subscription') throw new Error(`planned as ${plan?.kind}`);
    expect(plan.primary).toMatchObject({ kind: 'Fetch', serviceName: 'messaging', operationKind: 'subscription' });
    expect(plan.rest).toMatchObject({ kind: 'Sequence', nodes: [{ kind: 'Flatten', node: { kind: 'Fetch', serviceName: 'trading' } }] });
  });
});

describe('the API schema', () => {
  test('everything in it is described', () => expect(findUndescribed(composition.apiSchema)).toEqual([]));

  test('found: a type, a field, an argument, an input field and an enum value without a description', () => {
    const bare = buildSchema('"""d""" type Query { x(a: I): E } "d" enum E { A } "d" input I { b: Int } scalar S "d" type T { "d" t: S }');
    expect(findUndescribed(bare)).toEqual(expect.arrayContaining(['Query.x', 'Query.x.a', 'E.A', 'I.b', 'S']));
    expect(findUndescribed(bare)).not.toEqual(expect.arrayContaining(['T']));
  });

  test.each([
    ['a field that goes', 'trading', '  imageUrl: String\n', '  picture: String\n', /imageUrl/],
    ['an answer that may be null', 'trading', 'coins: BigInt!', 'coins: BigInt', /changed type from BigInt! to BigInt/],
    [
      'an argument that becomes required',
      'messaging',
      'kinds: [RoomEventKind!]"""\n    How much',
      'kinds: [RoomEventKind!]!"""\n    How much',
      /kinds/,
    ],
    ['an enum value that goes', 'streaming', '  WRONG_STATUS\n', '  BAD_STATUS\n', /WRONG_STATUS/],
  ] as const)('breaks clients: %s', (_, name, from, to, says) => {
    expect(findBreaks(composition.apiSdl, compose(withChange(name, from, to)).apiSchema).join('\n')).toMatch(says);
  });

  test('breaks nobody: a new field', () => {
    const added = compose(withChange('trading', '  imageUrl: String\n', '  imageUrl: String\n  """Colour."""\n  colour: String\n'));
    expect(findBreaks(composition.apiSdl, added.apiSchema)).toEqual([]);
  });
});

describe('documents made from the code', () => {
  test('a limit is shown with the comment above it, and its unit', () => {
    const source =
      '/** Because\n * of this. */\nexport const WAIT_MS = 1_500;\nexport const PAGES_MAX = 3;\n/** Fair. */\nexport const RATE = {};\n';
    const limits = readLimits(source, { WAIT_MS: 1_500, PAGES_MAX: 3, RATE: { capacity: 10, refillPerSecond: 2 } });
    expect(limits).toEqual([
      { name: 'WAIT_MS', value: '1,500 ms', reason: 'Because of this.' },
      { name: 'PAGES_MAX', value: '3', reason: 'Because of this.' },
      { name: 'RATE', value: '10 at once, then 2 per second', reason: 'Fair.' },
    ]);
  });

  test('a README without a place for the configuration table is refused with the lines that it needs', () => {
    expect(() => withConfigTable('# Fanfare')).toThrow(/configuration table/);
    const marked = 'a\n<!-- configuration:begin -->\nold\n<!-- configuration:end -->\nb\n';
    expect(withConfigTable(marked)).toMatch(/^a\n<!--.*-->\n\n\| Variable[\s\S]*\|\n\n<!-- configuration:end -->\nb\n$/);
    expect(withConfigTable(withConfigTable(marked))).toBe(withConfigTable(marked));
  });
});
