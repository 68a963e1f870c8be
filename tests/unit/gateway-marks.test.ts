import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { NO_GUARDS } from '../../gateway/authorise/guards.ts';
import { readMarks } from '../../gateway/supergraph/marks.ts';

const personalIn = (sdl: string): readonly string[] => [...readMarks(parse(sdl), (_, name) => name, NO_GUARDS).personal].sort();

test('what an interface marks as personal is so on whatever implements it', () => {
  const sdl = `
    interface Seen { own: Boolean @personal }
    type Room implements Seen { own: Boolean title: String }
  `;
  expect(personalIn(sdl)).toEqual(['Room.own', 'Seen.own']);
});

test('what one type marks as personal is so through its interface, and not on the others', () => {
  const sdl = `
    interface Seen { own: Boolean }
    type Room implements Seen { own: Boolean @personal }
    type Hall implements Seen { own: Boolean }
  `;
  expect(personalIn(sdl)).toEqual(['Room.own', 'Seen.own']);
});
