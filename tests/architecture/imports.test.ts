import { describe, expect, test } from 'vitest';
import { findCircles, findForbiddenImports, findImpureRules, findUnusedPackages, SERVING_PACKAGES } from './rules/imports.ts';
import { importsOf, readSources, type Source } from './rules/sources.ts';

const sources = readSources();

const file = (path: string, ...lines: readonly string[]): Source => ({ path, text: `${lines.join('\n')}\n` });

describe('reading imports', () => {
  test('static, re-exported, side-effect and dynamic imports are found, over several lines, and types are told from values', () => {
    const source = file(
      'gateway/http/server.ts',
      "import { a } from './a.ts';",
      'import {',
      '  type B,',
      '  type C,',
      "} from '../b.ts';",
      "import d, { type E } from 'package/d';",
      "import type { F } from '#platform/f.ts';",
      "import './style.css';",
      "export { g } from './g.ts';",
      "export const load = () => import('./h.ts');",
      "// import nothing from './comment.ts'",
    );
    expect(importsOf(source).map(({ target, own, typeOnly }) => [target, own ? 'own' : 'package', typeOnly ? 'type' : 'value'])).toEqual([
      ['gateway/http/a.ts', 'own', 'value'],
      ['gateway/b.ts', 'own', 'type'],
      ['package/d', 'package', 'value'],
      ['platform/f.ts', 'own', 'type'],
      ['gateway/http/style.css', 'own', 'value'],
      ['gateway/http/g.ts', 'own', 'value'],
      ['gateway/http/h.ts', 'own', 'value'],
    ]);
  });
});

describe('who may import whom', () => {
  test('the house plan holds', () => expect(findForbiddenImports(sources)).toEqual([]));

  test.each([
    ['platform imports a subgraph', 'platform/x.ts', '../subgraphs/trading/events.ts'],
    ['platform imports the gateway, a type only', 'platform/x.ts', '../gateway/x.ts'],
    ['the gateway imports a subgraph', 'gateway/x.ts', '../subgraphs/trading/domain/gift.ts'],
    ['a subgraph imports another', 'subgraphs/trading/data/x.ts', '../../streaming/events.ts'],
    ['domain imports data', 'subgraphs/trading/domain/x.ts', '../data/wallets.ts'],
    ['domain imports the platform', 'subgraphs/trading/domain/x.ts', '#platform/ids.ts'],
    ['data imports a resolver', 'subgraphs/trading/data/x.ts', '../resolvers/Wallet.ts'],
    ['data imports the context', 'subgraphs/trading/data/x.ts', '../context.ts'],
    ['events import data', 'subgraphs/trading/events.ts', './data/wallets.ts'],
    ['a resolver imports the wiring', 'subgraphs/trading/resolvers/Query/gifts.ts', '../../server.ts'],
    ['a page imports the platform', 'web/playground/x.ts', '../../platform/ids.ts'],
    ['serving code imports a script', 'gateway/x.ts', '../scripts/contract/compose.ts'],
    ['serving code imports a test', 'platform/x.ts', '../tests/support/clients.ts'],
  ])('found: %s', (_, path, specifier) => {
    expect(findForbiddenImports([file(path, `import type { X } from '${specifier}';`)])).toHaveLength(1);
  });

  test.each([
    ['subgraphs/trading/resolvers/Query/gifts.ts', '../../data/catalogue.ts'],
    ['subgraphs/trading/data/wallets.ts', '../generated/prisma/client.ts'],
    ['subgraphs/trading/server.ts', '#platform/subgraph/subgraph.ts'],
    ['start/embedded.ts', '../gateway/server.ts'],
  ])('allowed: %s imports %s', (path, specifier) => {
    expect(findForbiddenImports([file(path, `import { x } from '${specifier}';`)])).toEqual([]);
  });
});

describe('pure rules', () => {
  test('domain/ has no clock, no chance, no input and output', () => expect(findImpureRules(sources)).toEqual([]));

  test('found: a clock, chance, a wait and a package; a comment about them is none', () => {
    const impure = file(
      'subgraphs/trading/domain/x.ts',
      "import { z } from 'zod';",
      '// Date.now() would not do here',
      'export const now = () => Date.now();',
      'export const dice = () => Math.random();',
      'export const later = async () => await now();',
    );
    expect(findImpureRules([impure])).toHaveLength(4);
  });
});

describe('circles', () => {
  test('no file imports itself, directly or through others', () => expect(findCircles(sources)).toEqual([]));

  test('found: a circle of three files, also when one link is a type', () => {
    const circle = [
      file('platform/a.ts', "import { b } from './b.ts';"),
      file('platform/b.ts', "import type { C } from './c.ts';"),
      file('platform/c.ts', "export { a } from './a.ts';"),
    ];
    expect(findCircles(circle)).toEqual(['platform/a.ts → platform/b.ts → platform/c.ts → platform/a.ts']);
  });
});

describe('promised packages', () => {
  test('serving code imports each of them', () => expect(findUnusedPackages([...sources, ...readGeneratedClients()])).toEqual([]));

  test('found: a package that only tests import, or only as a type', () => {
    const onlyElsewhere = [
      file('tests/unit/x.test.ts', "import { createClient } from 'redis';"),
      file('platform/x.ts', "import type { Y } from 'dataloader';", "import { WebSocket } from 'graphql-ws/use/ws';"),
    ];
    expect(findUnusedPackages(onlyElsewhere, ['redis', 'dataloader', 'graphql-ws'])).toEqual(['redis', 'dataloader']);
    expect(SERVING_PACKAGES).toContain('redis');
  });
});

/** What the generated Prisma Clients import stands for in a tree where `npm run generate` has not run: each subgraph's import of its own client. */
function readGeneratedClients(): readonly Source[] {
  return sources
    .filter((source) => importsOf(source).some((edge) => !edge.typeOnly && edge.target.includes('/generated/prisma/')))
    .map(({ path }) => file(path, "import '@prisma/client/runtime/client';"));
}
