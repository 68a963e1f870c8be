import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SUBGRAPH_NAMES } from '#platform/subgraph/transport.ts';
import { ROOT_FOLDER } from '../../scripts/contract/schema.ts';
import { findPrismaFaults } from './rules/prisma.ts';

const feedTables = readFileSync(join(ROOT_FOLDER, 'platform/feed/tables.prisma'), 'utf8');

const wallet = (...lines: readonly string[]): string => `model Wallet {\n  shard Int\n  id String\n${lines.join('\n')}\n}\n\n${feedTables}`;

describe('tables', () => {
  test.each(SUBGRAPH_NAMES)('%s: the feed tables stand at the end, and every key leads with shard', (name) => {
    const path = `prisma/${name}/schema.prisma`;
    expect(findPrismaFaults(path, readFileSync(join(ROOT_FOLDER, path), 'utf8'), feedTables)).toEqual([]);
  });

  test('a sample that keeps the rules passes', () => {
    expect(findPrismaFaults('x', wallet('  @@id([shard, id])', '  @@unique([shard, owner]) // by owner'), feedTables)).toEqual([]);
  });

  test.each([
    ['a key without shard', wallet('  @@id([id])')],
    ['a key in which shard is not first', wallet('  @@id([id, shard])')],
    ['a unique constraint without shard', wallet('  owner String', '  @@id([shard, id])', '  @@unique([owner])')],
    ['a unique field', wallet('  owner String @unique', '  @@id([shard, id])')],
    ['a model without a key', wallet()],
    ['changed feed tables', wallet('  @@id([shard, id])').replace('headSeq  BigInt', 'headSeq  Int')],
    ['something after the feed tables', `${wallet('  @@id([shard, id])')}\n// more\n`],
  ])('found: %s', (_, schema) => expect(findPrismaFaults('x', schema, feedTables)).toHaveLength(1));
});
