/** A compiled expression. */
export interface LinearPattern {
  readonly program: readonly Instruction[];
}

/** Where something was found: from `start` up to, not including, `end`, in characters. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Test = (character: string) => boolean;
export type Edge = 'start' | 'end' | 'boundary';
export type Instruction =
  | { readonly op: 'one'; readonly test: Test }
  | { readonly op: 'edge'; readonly edge: Edge }
  | { readonly op: 'fork'; readonly to: readonly number[] }
  | { readonly op: 'done' };

/** All searches of one text together may take so many times the steps that one search through the whole text takes at most: enough for places that stand one behind the other. */
const SEARCHES_MAX = 4;

/** The states in which a search is at one place of the text, in the order of their starts: each is in here once, with the leftmost. */
class States {
  readonly list: Int32Array;
  readonly #starts: Int32Array;
  readonly #rounds: Int32Array;
  #round = 1;
  count = 0;

  constructor(size: number) {
    this.list = new Int32Array(size);
    this.#starts = new Int32Array(size);
    this.#rounds = new Int32Array(size);
  }

  clear(): void {
    this.#round += 1;
    this.count = 0;
  }

  startOf(state: number): number {
    return this.#starts[state] ?? 0;
  }

  /** False: it was there already, and from no later start. */
  add(state: number, start: number): boolean {
    if (this.#rounds[state] === this.#round) return false;
    this.#rounds[state] = this.#round;
    this.#starts[state] = start;
    this.list[this.count] = state;
    this.count += 1;
    return true;
  }
}

/** Searches of one text for one expression. */
export class PatternSearch {
  readonly #program: readonly Instruction[];
  readonly #text: readonly string[];
  #now: States;
  #next: States;
  #stepsLeft: number;
  /** Empty between two steps. */
  readonly #waiting: number[] = [];

  constructor({ program }: LinearPattern, text: readonly string[]) {
    this.#program = program;
    this.#text = text;
    this.#now = new States(program.length);
    this.#next = new States(program.length);
    this.#stepsLeft = SEARCHES_MAX * program.length * (text.length + 1);
  }

  /** Whether no more may be searched. */
  get isExhausted(): boolean {
    return this.#stepsLeft <= 0;
  }

  /** The leftmost place at or after `from`, and there the longest. */
  first(from: number): Span | null {
    let best: Span | null = null;
    this.#now.clear();
    for (let at = from; at <= this.#text.length; at += 1) {
      // Whoever starts here comes behind those that started before, which stay the leftmost.
      if (best === null) this.#follow(this.#now, 0, { start: at, at });
      this.#next.clear();
      best = this.#step(at, best);
      if (this.#next.count === 0 && best !== null) break;
      [this.#now, this.#next] = [this.#next, this.#now];
    }
    return best;
  }

  /** Takes the character at `at`; answers with the best place that ends there, or as it was. */
  #step(at: number, before: Span | null): Span | null {
    const character = this.#text[at];
    let best = before;
    for (let index = 0; index < this.#now.count; index += 1) {
      const state = this.#now.list[index] ?? 0;
      const start = this.#now.startOf(state);
      if (best !== null && start > best.start) break;
      const instruction = this.#program[state];
      if (instruction?.op === 'done') best = { start, end: at };
      if (instruction?.op === 'one' && character !== undefined && instruction.test(character))
        this.#follow(this.#next, state + 1, { start, at: at + 1 });
    }
    return best;
  }

  /** Adds a state and all that it reaches without a character. */
  #follow(states: States, first: number, { start, at }: { readonly start: number; readonly at: number }): void {
    const waiting = this.#waiting;
    waiting.push(first);
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      this.#stepsLeft -= 1;
      if (!states.add(state, start)) continue;
      const instruction = this.#program[state];
      if (instruction?.op === 'fork') for (const to of instruction.to) waiting.push(to);
      if (instruction?.op === 'edge' && isAt(instruction.edge, at, this.#text)) waiting.push(state + 1);
    }
  }
}

const isAt = (edge: Edge, at: number, text: readonly string[]): boolean => {
  if (edge === 'start') return at === 0;
  if (edge === 'end') return at === text.length;
  return isWord(text[at - 1] ?? ' ') !== isWord(text[at] ?? ' ');
};

export const isWord: Test = (character) => /^[\p{L}\p{N}_]$/u.test(character);
