import type { GraphQLDataSource } from '@apollo/gateway';
import { type DocumentNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '#platform/identity/identity.ts';
import { type AnonymousWrites, askOnce } from '../../gateway/cache/dedupe.ts';
import { createEntityCache, keepEntities } from '../../gateway/cache/entities.ts';
import type { GatewayContext } from '../../gateway/execute/context.ts';
import { ENTITIES_LOOKED_UP_MAX, ENTITY_AGE_SECONDS_MIN } from '../../gateway/limits.ts';
import { eventually } from '../support/platform.ts';
import { aUser } from '../support/runtime.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

type Options = Parameters<GraphQLDataSource['process']>[0];
type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

const ENTITIES = parse('query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Gift { name } } }');

/** A subgraph that notes what it is asked. */
const aSource = (answer: (ids: readonly string[]) => Answer | Promise<Answer>) => {
  const asked: { readonly ids: readonly string[]; readonly identity: Identity; readonly signal: AbortSignal | undefined }[] = [];
  const source: GraphQLDataSource = {
    process: async ({ request, context }) => {
      const { identity, signal } = context as GatewayContext;
      const representations = (request.variables?.['representations'] ?? []) as readonly { readonly id: string }[];
      const ids = representations.map(({ id }) => id);
      asked.push({ ids, identity, signal });
      return answer(ids);
    },
  };
  return { source, asked };
};

const named = (ids: readonly string[]): Answer => ({
  data: { _entities: ids.map((id) => ({ name: `name of ${id}`, tags: { first: id } })) },
});

const asking = (
  ids: readonly string[],
  {
    identity = aUser('alice'),
    document = ENTITIES,
    signal,
    query = 'query entities',
    address = '127.0.0.1',
  }: {
    readonly identity?: Identity;
    readonly document?: DocumentNode;
    readonly signal?: AbortSignal;
    readonly query?: string;
    readonly address?: string | null;
  } = {},
): Options =>
  ({
    request: { query, variables: { representations: ids.map((id) => ({ __typename: 'Gift', id })) } },
    document,
    context: {
      requestId: 'r',
      identity,
      ...(address === null ? {} : { address }),
      timeoutMs: 1_000,
      ...(signal === undefined ? {} : { signal }),
    },
  }) as unknown as Options;

const firstOf = ({ data }: Answer): { name: string; tags: { first: string } } => {
  const [entity] = (data?.['_entities'] ?? []) as readonly { name: string; tags: { first: string } }[];
  if (entity === undefined) throw new Error('the answer has no entity');
  return entity;
};

const namesIn = ({ data }: Answer): unknown =>
  (data?.['_entities'] as readonly ({ readonly name: string } | null)[] | undefined)?.map((entity) => entity?.name ?? null);

describe('entities that are kept', () => {
  const aCache = (answer: Parameters<typeof aSource>[0] = named, maxAgeSeconds = 10) => {
    const clock = { nowMs: 0 };
    const telemetry = aTelemetry();
    const { source, asked } = aSource(answer);
    const cached = keepEntities(
      source,
      'trading',
      () => maxAgeSeconds,
      createEntityCache(telemetry, () => clock.nowMs),
    );
    const outcome = (of: string) => metricOf(telemetry, 'fanfare_gateway_entity_cache_total', { outcome: of });
    return { clock, asked, outcome, ask: (...ids: readonly string[]) => cached.process(asking(ids)), cached };
  };

  test('only those that are not there are asked for, and all come in order', async () => {
    const { ask, asked, outcome } = aCache();
    expect(namesIn(await ask('rose', 'rocket'))).toEqual(['name of rose', 'name of rocket']);
    expect(namesIn(await ask('star', 'rocket', 'moon', 'rose'))).toEqual([
      'name of star',
      'name of rocket',
      'name of moon',
      'name of rose',
    ]);
    expect(namesIn(await ask('moon'))).toEqual(['name of moon']);
    expect(asked.map(({ ids }) => ids)).toEqual([
      ['rose', 'rocket'],
      ['star', 'moon'],
    ]);
    expect([await outcome('hit'), await outcome('miss')]).toEqual([3, 4]);
  });

  test('they are asked for by nobody', async () => {
    const { ask, asked } = aCache();
    await ask('rose');
    expect(asked[0]?.identity).toMatchObject({ kind: 'user', id: null, scopes: [] });
  });

  test('whoever changes what it got changes nothing for others', async () => {
    const { ask } = aCache();
    for (let round = 0; round < 3; round += 1) {
      const entity = firstOf(await ask('rose'));
      expect(entity).toEqual({ name: 'name of rose', tags: { first: 'rose' } });
      entity.name = 'changed';
      entity.tags.first = 'changed';
    }
  });

  test('they are forgotten when their time is over', async () => {
    const { ask, asked, clock } = aCache();
    await ask('rose');
    clock.nowMs = 9_999;
    await ask('rose');
    expect(asked).toHaveLength(1);
    clock.nowMs = 10_000;
    await ask('rose');
    expect(asked).toHaveLength(2);
  });

  test('an answer with errors is not kept, and its errors stand at the places that the plan asked for', async () => {
    let broken = true;
    const { ask, asked } = aCache((ids) =>
      broken && ids.includes('moon')
        ? {
            data: { _entities: ids.map((id) => (id === 'moon' ? null : { name: `name of ${id}` })) },
            errors: [
              { message: 'no moon', path: ['_entities', ids.indexOf('moon'), 'name'] },
              { message: 'all', path: ['other'] },
              { message: 'none' },
            ],
          }
        : named(ids),
    );
    await ask('rose', 'star');
    const answer = await ask('star', 'rose', 'sun', 'moon');
    expect(namesIn(answer)).toEqual(['name of star', 'name of rose', 'name of sun', null]);
    expect(answer.errors).toEqual([
      { message: 'no moon', path: ['_entities', 3, 'name'] },
      { message: 'all', path: ['other'] },
      { message: 'none' },
    ]);
    broken = false;
    expect(namesIn(await ask('sun', 'moon'))).toEqual(['name of sun', 'name of moon']);
    expect(asked.at(-1)?.ids).toEqual(['sun', 'moon']);
  });

  test('while the subgraph is away, what is kept is still given', async () => {
    let away = false;
    const { ask } = aCache((ids) => (away ? { errors: [{ message: 'away', path: ['_entities', 0] }] } : named(ids)));
    await ask('rose');
    away = true;
    const answer = await ask('star', 'rose');
    expect(namesIn(answer)).toEqual([null, 'name of rose']);
    expect(answer.errors).toEqual([{ message: 'away', path: ['_entities', 0] }]);
  });

  test('an answer that is none is left for the plan to judge', async () => {
    let nonsense = false;
    const { ask } = aCache((ids) => (nonsense ? { data: { _entities: [] } } : named(ids)));
    await ask('rose');
    nonsense = true;
    expect(await ask('rose', 'star')).toEqual({ data: { _entities: [] } });
  });

  test('an entity that is not there is asked for again', async () => {
    const { ask, asked } = aCache((ids) => ({ data: { _entities: ids.map(() => null) } }));
    await ask('rose');
    await ask('rose');
    expect(asked).toHaveLength(2);
  });

  test('a long list is asked for as a whole, and so is what may be kept for a moment only', async () => {
    const many = Array.from({ length: ENTITIES_LOOKED_UP_MAX + 1 }, (_, index) => `g${index}`);
    const long = aCache();
    await long.ask(...many);
    await long.ask(...many);
    expect(long.asked.map(({ ids }) => ids.length)).toEqual([many.length, many.length]);
    const never = aCache(named, ENTITY_AGE_SECONDS_MIN - 1);
    await never.ask('rose');
    await never.ask('rose');
    expect(never.asked.map(({ identity }) => identity)).toEqual([aUser('alice'), aUser('alice')]);
  });

  test('the same entity asked for in another way is another one', async () => {
    const { asked, cached } = aCache();
    await cached.process(asking(['rose'], { query: 'query one' }));
    await cached.process(asking(['rose'], { query: 'query other' }));
    expect(asked).toHaveLength(2);
  });
});

describe('requests under way', () => {
  const aCrowd = (maxAgeSeconds: number, writes: AnonymousWrites = { count: 0 }) => {
    const gate = Promise.withResolvers<void>();
    const { source, asked } = aSource(async (ids) => {
      await gate.promise;
      return named(ids);
    });
    let joined = 0;
    const once = askOnce(source, {
      maxAgeOf: () => maxAgeSeconds,
      writes,
      onJoined: () => {
        joined += 1;
      },
    });
    return { once, asked, joined: () => joined, open: () => gate.resolve() };
  };

  test('anonymous viewers share one request, and each has its answer to itself', async () => {
    const { once, asked, joined, open } = aCrowd(0);
    const crowd = Array.from({ length: 5 }, () => once.process(asking(['rose'], { identity: ANONYMOUS })));
    open();
    const answers = await Promise.all(
      crowd.map(async (waiting) => {
        const entity = firstOf(await waiting);
        const seen = entity.name;
        // As a plan does, at once and while others have not looked yet.
        entity.name = 'changed';
        return seen;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 5 }, () => 'name of rose'));
    expect([asked.length, joined()]).toEqual([1, 4]);
    expect(asked[0]?.identity).toEqual(ANONYMOUS);
  });

  test('what users ask for in person is never joined, not even with themselves', async () => {
    const { once, asked, open } = aCrowd(0);
    const users = [aUser('alice'), aUser('alice'), aUser('bob'), ANONYMOUS];
    const crowd = users.map((identity) => once.process(asking(['rose'], { identity })));
    open();
    await Promise.all(crowd);
    expect(asked.map(({ identity }) => identity)).toEqual(users);
  });

  test('other variables or another document ask for themselves, and so does who comes later', async () => {
    const { once, asked, open } = aCrowd(0);
    const crowd = [
      once.process(asking(['rose'], { identity: ANONYMOUS })),
      once.process(asking(['star'], { identity: ANONYMOUS })),
      once.process(asking(['rose'], { identity: ANONYMOUS, query: 'query other' })),
    ];
    open();
    await Promise.all(crowd);
    expect(asked).toHaveLength(3);
    await once.process(asking(['rose'], { identity: ANONYMOUS }));
    expect(asked).toHaveLength(4);
  });

  test('what is for everybody is asked for once for all, by nobody', async () => {
    const { once, asked, open } = aCrowd(10);
    const crowd = ['alice', 'bob', 'carol'].map((user) => once.process(asking(['rose'], { identity: aUser(user) })));
    open();
    await Promise.all(crowd);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.identity).toMatchObject({ id: null });
  });

  test('a request that began before an anonymous mutation had ended is not joined, whatever subgraph the mutation went to', async () => {
    const writes: AnonymousWrites = { count: 0 };
    const [reads, other] = [aCrowd(0, writes), aCrowd(0, writes)];
    const before = reads.once.process(asking(['rose'], { identity: ANONYMOUS }));
    other.open();
    await other.once.process(asking([], { identity: ANONYMOUS, query: 'mutation { touch }' }));
    const after = reads.once.process(asking(['rose'], { identity: ANONYMOUS }));
    reads.open();
    await Promise.all([before, after]);
    expect(reads.asked).toHaveLength(2);
  });

  test('what an event brings along is always asked for anew', async () => {
    const { once, asked, open } = aCrowd(10);
    const alice = aUser('alice');
    const crowd = [1, 2].map(() => once.process(asking(['rose'], { identity: alice, address: null })));
    open();
    await Promise.all(crowd);
    expect(asked.map(({ identity }) => identity)).toEqual([alice, alice]);
  });

  test('a request that began long ago is not joined', async () => {
    const { once, asked, open } = aCrowd(0);
    const first = once.process(asking(['rose'], { identity: ANONYMOUS }));
    await eventually(
      'a new request is sent',
      async () => {
        void once.process(asking(['rose'], { identity: ANONYMOUS }));
        return asked.length === 2;
      },
      5_000,
    );
    open();
    expect(namesIn(await first)).toEqual(['name of rose']);
  });

  test('mutations are never joined', async () => {
    const { once, asked, open } = aCrowd(10);
    const alice = aUser('alice');
    const crowd = [1, 2].map(() => once.process(asking([], { identity: alice, query: 'mutation { touch }' })));
    open();
    await Promise.all(crowd);
    expect(asked.map(({ identity }) => identity)).toEqual([alice, alice]);
  });

  test('one who hangs up takes nobody along; when all have, the request is ended', async () => {
    const { once, asked, open } = aCrowd(0);
    const [first, second] = [new AbortController(), new AbortController()];
    const crowd = [first, second].map(({ signal }) => once.process(asking(['rose'], { identity: ANONYMOUS, signal })));
    first.abort();
    expect(asked[0]?.signal?.aborted).toBe(false);
    second.abort();
    expect(asked[0]?.signal?.aborted).toBe(true);
    open();
    await Promise.all(crowd);
  });
});
