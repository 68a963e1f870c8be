import type { Random } from '../random.ts';

/** Deals its cards in random order, all of them before any comes again: what is rare happens for certain in the long run, and only when is left to chance. */
export class Deck<Card> {
  readonly #cards: readonly Card[];
  readonly #random: Random;
  #left: Card[] = [];

  /** `cards`: each with how many there are of it; at least one in all. */
  constructor(cards: readonly (readonly [Card, number])[], random: Random) {
    this.#cards = cards.flatMap(([card, count]) => Array.from({ length: count }, () => card));
    this.#random = random;
  }

  deal(): Card {
    if (this.#left.length === 0) this.#left = shuffled(this.#cards, this.#random);
    const card = this.#left.pop();
    if (card === undefined) throw new Error('this deck has no cards');
    return card;
  }
}

export const shuffled = <T>(items: readonly T[], random: Random): T[] =>
  items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
