import { readFileSync } from 'node:fs';
import { type DirectiveNode, type FieldDefinitionNode, Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { SHARDS } from '#platform/ids.ts';
import { TOP_UP_REFUNDS_SHOWN_MAX } from '../../subgraphs/trading/data/topUpRefundRows.ts';
import { BACKPACK_LOTS_MAX } from '../../subgraphs/trading/domain/backpack.ts';
import { TOP_UP_PRODUCTS_MAX } from '../../subgraphs/trading/domain/catalogueDecide.ts';
import { BUNDLE_ITEMS_MAX, EFFECT_ASSETS_MAX } from '../../subgraphs/trading/domain/catalogueShape.ts';
import { GIFT_ITEMS_MAX } from '../../subgraphs/trading/domain/giftError.ts';
import { GIFT_GOALS_MAX } from '../../subgraphs/trading/domain/giftGoal.ts';
import { PROOF_FAULTS_MAX } from '../../subgraphs/trading/domain/ledgerProof.ts';
import { REGIONS } from '../../subgraphs/trading/domain/region.ts';

/** COINS, BONUS_COINS, DIAMONDS. */
const CURRENCIES = 3;
/** How long the lists are at most that no argument limits. */
const LONGEST: Readonly<Record<string, number>> = {
  'Query.topUpProducts': TOP_UP_PRODUCTS_MAX,
  'Gift.bundle': BUNDLE_ITEMS_MAX,
  'Gift.regions': REGIONS.size,
  'GiftEffect.assets': EFFECT_ASSETS_MAX,
  'GiftReceipt.lines': 1,
  // Pieces, bonus coins, coins.
  'GiftReceipt.payments': 3,
  'LedgerProof.faults': PROOF_FAULTS_MAX,
  'LedgerProof.currencies': CURRENCIES,
  'LedgerProof.shards': CURRENCIES * SHARDS.length,
  // A database has at least one shard. The chains of all databases are those of all shards.
  'LedgerProof.positions': SHARDS.length,
  'LedgerPosition.chains': 1,
  // Of coins: wallets, top-up, revenue, holds, transit, mirror.
  'LedgerShardSums.groups': 6,
  'Stream.giftGoals': GIFT_GOALS_MAX,
  'TopUpOrder.refunds': TOP_UP_REFUNDS_SHOWN_MAX,
  'SendGiftsPayload.results': GIFT_ITEMS_MAX,
  'ClaimDailyPropsPayload.lots': BACKPACK_LOTS_MAX,
  'TradingPolicy.leaderboardRegionsOff': REGIONS.size,
  // The fields of a gift, of which a product and the policy have fewer.
  'CatalogueEdit.changedFields': 20,
};

const fields = parse(readFileSync('schema/trading.graphql', 'utf8')).definitions.flatMap((definition) =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION
    ? (definition.fields ?? []).map((field) => ({ name: `${definition.name.value}.${field.name.value}`, field }))
    : [],
);
const listSizeOf = (field: FieldDefinitionNode): DirectiveNode | undefined =>
  field.directives?.find(({ name }) => name.value === 'listSize');
const assumedSizeOf = (field: FieldDefinitionNode): number | null => {
  const value = listSizeOf(field)?.arguments?.find(({ name }) => name.value === 'assumedSize')?.value;
  return value?.kind === Kind.INT ? Number(value.value) : null;
};
const isList = ({ type }: FieldDefinitionNode): boolean => (type.kind === Kind.NON_NULL_TYPE ? type.type : type).kind === Kind.LIST_TYPE;

describe("trading's lists", () => {
  test('are assumed to be as long as they can be', () => {
    const assumed = fields.flatMap(({ name, field }) => {
      const size = assumedSizeOf(field);
      return size === null ? [] : [[name, size]];
    });
    expect(Object.fromEntries(assumed)).toEqual(LONGEST);
  });

  test('all say how long they are, but for pages, whose connection does, and errors, which are few', () => {
    const silent = fields.filter(({ field }) => isList(field) && listSizeOf(field) === undefined).map(({ name }) => name);
    expect(
      silent.filter((name) => !/^(?:\w+(?:Connection\.(?:edges|nodes)|Error\.field|Payload\.userErrors)|Leaderboard\.entries)$/.test(name)),
    ).toEqual([]);
  });
});
