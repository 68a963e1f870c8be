import { expect, test } from 'vitest';
import { RecentMap } from '#platform/store/recent.ts';

test('past its entries or its bytes it forgets what was used longest ago, and says so', () => {
  const forgotten: string[] = [];
  const map = new RecentMap<string>({ entriesMax: 3, bytesMax: 100 }, (value) => forgotten.push(value));
  for (const key of ['a', 'b', 'c']) map.set(key, key, 10);
  expect(map.get('a')).toBe('a');
  map.set('d', 'd', 10);
  expect(forgotten).toEqual(['b']);
  expect(map.bytes).toBe(30);
  const narrow = new RecentMap<number>({ entriesMax: 100, bytesMax: 100 });
  for (let index = 0; index < 50; index += 1) narrow.set(String(index), index, 9);
  expect([narrow.size, narrow.bytes]).toEqual([11, 99]);
  expect(narrow.get('49')).toBe(49);
  expect(narrow.get('38')).toBe(undefined);
});

test('a value that would push out much is not kept, and takes the older one of its key along', () => {
  const map = new RecentMap<string>({ entriesMax: 10, bytesMax: 100 });
  map.set('a', 'small', 5);
  map.set('a', 'large', 11);
  expect([map.get('a'), map.bytes]).toEqual([undefined, 0]);
});

test('replacing, deleting and clearing give their bytes back', () => {
  const map = new RecentMap<string>({ entriesMax: 10, bytesMax: 100 });
  map.set('a', 'one', 8);
  map.set('a', 'two', 4);
  map.set('b', 'b', 2);
  expect(map.bytes).toBe(6);
  map.deleteWhere((value) => value === 'two');
  expect([map.bytes, map.size]).toEqual([2, 1]);
  map.clear();
  expect([map.bytes, map.size]).toEqual([0, 0]);
});

test('a value that is replaced counts as used', () => {
  const map = new RecentMap<string>({ entriesMax: 2 });
  map.set('a', 'one');
  map.set('b', 'b');
  map.set('a', 'two');
  map.set('c', 'c');
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual(['two', undefined, 'c']);
});
