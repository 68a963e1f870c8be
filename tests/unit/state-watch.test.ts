import { expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import { createStateHints, openStateWatch } from '#platform/bus/state-watch.ts';
import { withDeadline } from '../support/deadline.ts';
import { aTelemetry } from '../support/telemetry.ts';

interface Thing {
  readonly key: string;
  readonly version: bigint;
}

const channelOf = (key: string): string => `thing/${key}`;

/** Things in memory instead of a database; `broken` names the source that cannot be read. */
const aWorld = (sourceOf?: (key: string) => number) => {
  const bus = createMemoryBus();
  const versions = new Map<string, bigint>();
  const reads: (readonly string[])[] = [];
  const broken = new Set<number>();
  const watch = openStateWatch<Thing>({
    name: 'things',
    bus,
    telemetry: aTelemetry('trading'),
    channelOf,
    read: (keys) => {
      reads.push(keys);
      if (keys.some((key) => broken.has(sourceOf?.(key) ?? 0))) return Promise.reject(new Error('this source is away'));
      return Promise.resolve(
        new Map(
          keys.flatMap((key): [string, Thing][] => {
            const version = versions.get(key);
            return version === undefined ? [] : [[key, { key, version }]];
          }),
        ),
      );
    },
    versionOf: ({ version }) => version,
    ...(sourceOf === undefined ? {} : { sourceOf }),
  });
  const hints = createStateHints(bus, channelOf);
  const gone = new AbortController();
  const follow = (key: string) => {
    const things = watch.follow(key, gone.signal);
    return async (): Promise<Thing | undefined> => (await withDeadline(things.next(), `thing ${key}`)).value ?? undefined;
  };
  const close = async (): Promise<void> => {
    gone.abort();
    await watch.close();
    await bus.close();
  };
  return { versions, reads, broken, hints, follow, close };
};

test('a follower sees the value as it is, then each newer one, and of several missed ones the last', async () => {
  const { versions, hints, follow, close } = aWorld();
  versions.set('a', 3n);
  const next = follow('a');
  expect(await next()).toEqual({ key: 'a', version: 3n });
  for (const version of [4n, 5n, 6n]) {
    versions.set('a', version);
    hints.publish(['a', 'a']);
  }
  expect((await next())?.version).toBe(6n);
  await close();
});

test('an older value, and one of the same version, are not shown', async () => {
  const { versions, hints, follow, close } = aWorld();
  versions.set('a', 3n);
  const next = follow('a');
  await next();
  for (const version of [2n, 3n]) {
    versions.set('a', version);
    hints.publish(['a']);
  }
  const later = next();
  versions.set('a', 7n);
  hints.publish(['a']);
  expect((await later)?.version).toBe(7n);
  await close();
});

test('what does not exist shows nothing until it does', async () => {
  const { versions, hints, follow, close } = aWorld();
  const next = follow('a');
  const first = next();
  versions.set('a', 1n);
  hints.publish(['a']);
  expect((await first)?.version).toBe(1n);
  await close();
});

test('followers of many keys share reads', async () => {
  const { versions, reads, follow, close } = aWorld();
  const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
  for (const key of keys) versions.set(key, 1n);
  await Promise.all(keys.map((key) => follow(key)()));
  expect(reads.length).toBeLessThanOrEqual(5);
  await close();
});

test('a source that cannot be read holds up no other, and is read again when it is back', async () => {
  const { versions, broken, hints, follow, close } = aWorld((key) => Number(key));
  versions.set('0', 1n).set('1', 1n);
  broken.add(1);
  const [of0, of1] = [follow('0'), follow('1')];
  const late = of1();
  expect((await of0())?.version).toBe(1n);
  broken.clear();
  hints.publish(['1']);
  expect((await late)?.version).toBe(1n);
  await close();
});

test('closing ends all followers', async () => {
  const { versions, follow, close } = aWorld();
  versions.set('a', 1n);
  const next = follow('a');
  await next();
  const end = next();
  await close();
  expect(await end).toBeUndefined();
});
