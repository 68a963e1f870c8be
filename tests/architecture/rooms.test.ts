import { buildASTSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { readSubgraphSdl } from '../../scripts/contract/schema.ts';
import { findMisnamedResolvers, findUnlikeRooms } from './rules/rooms.ts';
import { readSources, type Source } from './rules/sources.ts';

const sources = readSources();

const schemaOf = (sdl: string) => buildASTSchema(parse(sdl), { assumeValidSDL: true });

const files = (...paths: readonly string[]): readonly Source[] => paths.map((path) => ({ path: `subgraphs/toy/${path}`, text: '' }));

const ALL_ROOMS = [
  'context.ts',
  'data/loaders.ts',
  'domain/x.ts',
  'events.ts',
  'generated/resolvers.ts',
  'resolvers/Query/x.ts',
  'server.ts',
];

describe('the four subgraphs look alike', () => {
  test.each(SUBGRAPH_NAMES)('%s has the common rooms and no other', (name) => expect(findUnlikeRooms(name, sources)).toEqual([]));

  test('found: a missing room, a room of its own, missing loaders', () => {
    expect(findUnlikeRooms('toy', files(...ALL_ROOMS))).toEqual([]);
    expect(findUnlikeRooms('toy', files(...ALL_ROOMS.filter((path) => path !== 'events.ts')))).toEqual(['subgraphs/toy has no events']);
    expect(findUnlikeRooms('toy', files(...ALL_ROOMS, 'helpers/x.ts'))).toEqual(['subgraphs/toy has a room of its own: helpers']);
    expect(findUnlikeRooms('toy', files(...ALL_ROOMS.map((path) => path.replace('loaders', 'rows'))))).toEqual([
      'subgraphs/toy has no data/loaders.ts',
    ]);
  });
});

describe('resolver files', () => {
  test.each(SUBGRAPH_NAMES)('%s has a file for each root field, and no file that the schema does not know', (name) => {
    expect(findMisnamedResolvers(name, schemaOf(readSubgraphSdl(name)), sources)).toEqual([]);
  });

  test('the schema files have the root fields that this is about', () => {
    expect(SUBGRAPH_NAMES.map((name) => Object.keys(schemaOf(readSubgraphSdl(name)).getSubscriptionType()?.getFields() ?? {}))).toEqual([
      ['streamChanged'],
      ['walletChanged', 'topUpChanged', 'orderChanged', 'leaderboardChanged'],
      ['roomEvents', 'inbox', 'moderationQueue', 'readStateChanged', 'viewersChanged', 'typing', 'presence'],
      ['alertEvents'],
    ]);
  });

  test('found: a root field without a file, and a file that is named like nothing', () => {
    const schema = schemaOf('type Query { gifts: [Gift] wallet: Int } type Gift { id: ID }');
    const found = findMisnamedResolvers('toy', schema, files('resolvers/Query/gifts.ts', 'resolvers/Gift.ts', 'resolvers/helpers.ts'));
    expect(found).toEqual([
      'subgraphs/toy/resolvers/Query/wallet.ts is missing',
      'subgraphs/toy/resolvers/helpers.ts is named like nothing in the schema',
    ]);
  });
});
