import { describe, expect, test } from 'vitest';
import { findUnfitToShare } from './rules/processes.ts';
import { readSources } from './rules/sources.ts';

describe('test files that share a process', () => {
  test('leave it as it is, and no hook of a support file is that of one file alone', () =>
    expect(findUnfitToShare(readSources())).toEqual([]));

  test.each([
    ['tests/unit/x.test.ts', "process.on('worker', note);", 1],
    ['tests/unit/x.test.ts', "process.env['SEED'] = '1';", 1],
    ['tests/unit/x.test.ts', "if (process.env['SEED'] === '1') return;", 0],
    ['tests/unit/x.test.ts', "vi.stubEnv('SEED', '1');", 1],
    ['tests/subgraph/x.test.ts', "import { heldMegabytes } from '../support/memory.ts';", 1],
    ['tests/subgraph/gateway-x.test.ts', "import { heldMegabytes } from '../support/memory.ts';", 0],
    ['tests/subgraph/gateway-federation-x.test.ts', "import { heldMegabytes } from '../support/memory.ts';", 1],
    ['tests/support/x.ts', 'afterAll(() => close());', 1],
    ['tests/support/x.ts', 'afterFile(() => close());', 0],
  ])('%s with %s', (path, text, faults) => expect(findUnfitToShare([{ path, text }])).toHaveLength(faults));
});
