import { PATTERN_CHARACTERS_MAX, PATTERN_REPEAT_MAX, PATTERN_STATES_MAX } from './limits.ts';
import { type Edge, type Instruction, isWord, type LinearPattern, PatternSearch, type Span, type Test } from './patternSearch.ts';

// Regular expressions that moderators write run over everything that is said, inside the lane. JavaScript's own engine tries every way through an expression, so that `(a+)+$` stops
// a process for minutes; this one is in all ways at once, one character after the other, and takes at most states × characters steps for one place, whatever the expression (for all of a text: see SEARCHES_MAX).

type Node =
  | { readonly type: 'one'; readonly test: Test }
  | { readonly type: 'edge'; readonly edge: Edge }
  | { readonly type: 'all' | 'any'; readonly of: readonly Node[] }
  | { readonly type: 'repeat'; readonly of: Node; readonly least: number; readonly most: number };

/** Compiles an expression, or says what is wrong with it. It knows: characters, `.`, `[a-z]`, `[^a-z]`, `\d \w \s \D \W \S \b`, `^ $`, groups, `|`, `* + ? {m} {m,} {m,n}`. */
export const compilePattern = (source: string): LinearPattern | string => {
  const characters = [...source];
  if (characters.length > PATTERN_CHARACTERS_MAX) return `A pattern has at most ${PATTERN_CHARACTERS_MAX} characters.`;
  const parser = new Parser(characters);
  const node = parser.parse();
  if (node === null) return parser.fault;
  const program: Instruction[] = [];
  if (!emit(node, program)) return `The pattern is too large: it repeats more than ${PATTERN_STATES_MAX} characters in all.`;
  program.push({ op: 'done' });
  return matchesNothing({ program }) ? 'The pattern would be found in an empty message.' : { program };
};

/** The places at which an expression is found, from left to right, the longest from each start, none touching another. Where finding them takes more steps than SEARCHES_MAX allow, all that follows counts as
 * found: an expression may look through the rest of the text for each place. */
export const findAll = (pattern: LinearPattern, text: readonly string[]): readonly Span[] => {
  const search = new PatternSearch(pattern, text);
  const found: Span[] = [];
  for (let from = 0; from < text.length; ) {
    const span = search.isExhausted ? { start: from, end: text.length } : search.first(from);
    if (span === null) break;
    found.push(span);
    from = Math.max(span.end, span.start + 1);
  }
  return found;
};

// Where only the places between characters count ("\b"), a text of one letter has them all.
const matchesNothing = (pattern: LinearPattern): boolean =>
  [[], ['a']].some((text) => {
    const span = new PatternSearch(pattern, text).first(0);
    return span !== null && span.start === span.end;
  });

/** Writes the program of a node; false when it becomes too long. */
const emit = (node: Node, program: Instruction[]): boolean => {
  if (program.length > PATTERN_STATES_MAX) return false;
  switch (node.type) {
    case 'one':
      program.push({ op: 'one', test: node.test });
      return true;
    case 'edge':
      program.push({ op: 'edge', edge: node.edge });
      return true;
    case 'all':
      return node.of.every((each) => emit(each, program));
    case 'any':
      return emitAny(node.of, program);
    case 'repeat':
      return emitRepeat(node, program);
  }
};

const emitAny = (nodes: readonly Node[], program: Instruction[]): boolean => {
  const fork = program.push({ op: 'fork', to: [] }) - 1;
  const starts: number[] = [];
  const ends: number[] = [];
  for (const node of nodes) {
    starts.push(program.length);
    if (!emit(node, program)) return false;
    ends.push(program.push({ op: 'fork', to: [] }) - 1);
  }
  program[fork] = { op: 'fork', to: starts };
  for (const end of ends) program[end] = { op: 'fork', to: [program.length] };
  return true;
};

const emitRepeat = ({ of, least, most }: Extract<Node, { readonly type: 'repeat' }>, program: Instruction[]): boolean => {
  for (let count = 0; count < least; count += 1) if (!emit(of, program)) return false;
  if (most === Number.POSITIVE_INFINITY) {
    const fork = program.push({ op: 'fork', to: [] }) - 1;
    if (!emit(of, program)) return false;
    program.push({ op: 'fork', to: [fork] });
    program[fork] = { op: 'fork', to: [fork + 1, program.length] };
    return true;
  }
  const forks: number[] = [];
  for (let count = least; count < most; count += 1) {
    forks.push(program.push({ op: 'fork', to: [] }) - 1);
    if (!emit(of, program)) return false;
  }
  for (const fork of forks) program[fork] = { op: 'fork', to: [fork + 1, program.length] };
  return program.length <= PATTERN_STATES_MAX;
};

/** Reads an expression. `fault`: what is wrong where `parse` answers null. */
class Parser {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;
  fault = '';

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  parse(): Node | null {
    const node = this.#alternatives();
    if (node !== null && this.#at < this.#characters.length) return this.#fail(`"${this.#characters[this.#at]}" has no beginning`);
    return node;
  }

  #fail(what: string): null {
    if (this.fault === '') this.fault = `The pattern cannot be read: ${what}.`;
    return null;
  }

  #take(character: string): boolean {
    if (this.#characters[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #alternatives(): Node | null {
    const nodes: Node[] = [];
    do {
      const node = this.#sequence();
      if (node === null) return null;
      nodes.push(node);
    } while (this.#take('|'));
    return nodes.length === 1 ? (nodes[0] ?? null) : { type: 'any', of: nodes };
  }

  #sequence(): Node | null {
    const nodes: Node[] = [];
    for (let next = this.#characters[this.#at]; next !== undefined && next !== '|' && next !== ')'; next = this.#characters[this.#at]) {
      const node = this.#atom();
      const repeated = node === null ? null : this.#repeated(node);
      if (repeated === null) return null;
      nodes.push(repeated);
    }
    return { type: 'all', of: nodes };
  }

  #repeated(node: Node): Node | null {
    const range = this.#range();
    if (range === null) return node;
    const [least, most] = range;
    if (node.type === 'edge') return this.#fail('a place in the text cannot be repeated');
    if (least > PATTERN_REPEAT_MAX || (most !== Number.POSITIVE_INFINITY && (most > PATTERN_REPEAT_MAX || most < least)))
      return this.#fail(`it is repeated 0 to ${PATTERN_REPEAT_MAX} times, the smaller number first`);
    if (this.#range() !== null) return this.#fail('a repetition follows another: use a group');
    return { type: 'repeat', of: node, least, most };
  }

  #range(): readonly [least: number, most: number] | null {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const [whole, least, comma, most] = /^\{(\d{1,3})(,?)(\d{0,3})\}/.exec(this.#characters.slice(this.#at, this.#at + 9).join('')) ?? [];
    if (whole === undefined) return null;
    this.#at += whole.length;
    if (comma === '') return [Number(least), Number(least)];
    return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)];
  }

  #atom(): Node | null {
    const character = this.#characters[this.#at] ?? '';
    this.#at += 1;
    if (character === '(') return this.#group();
    if (character === '[') return this.#set();
    if (character === '.') return { type: 'one', test: () => true };
    if (character === '^') return { type: 'edge', edge: 'start' };
    if (character === '$') return { type: 'edge', edge: 'end' };
    if (character === '\\') return this.#escape();
    if ('*+?'.includes(character)) return this.#fail(`nothing stands before "${character}"`);
    return { type: 'one', test: isThe(character) };
  }

  #group(): Node | null {
    if (this.#take('?') && !this.#take(':')) return this.#fail('groups that look around or have a name are not known here');
    this.#depth += 1;
    if (this.#depth > GROUPS_DEEP_MAX) return this.#fail(`groups stand ${GROUPS_DEEP_MAX} deep at most`);
    const node = this.#alternatives();
    this.#depth -= 1;
    if (node !== null && !this.#take(')')) return this.#fail('a group is not closed');
    return node;
  }

  #escape(): Node | null {
    const character = this.#characters[this.#at];
    if (character === undefined) return this.#fail('it ends with a backslash');
    this.#at += 1;
    if (character === 'b') return { type: 'edge', edge: 'boundary' };
    const test = this.#classOf(character);
    return test === null ? null : { type: 'one', test };
  }

  #classOf(character: string): Test | null {
    const known = CLASSES[character];
    if (known !== undefined) return known;
    if (/[a-z0-9]/i.test(character)) return this.#fail(`"\\${character}" is not known here`);
    return isThe(character);
  }

  #set(): Node | null {
    const isNegated = this.#take('^');
    const tests: Test[] = [];
    while (!this.#take(']')) {
      const from = this.#characters[this.#at];
      if (from === undefined) return this.#fail('a set of characters is not closed');
      this.#at += 1;
      const escaped = from === '\\' ? (this.#characters[this.#at] ?? '') : null;
      if (escaped !== null) this.#at += 1;
      const until = this.#characters[this.#at + 1];
      if (escaped === null && this.#characters[this.#at] === '-' && until !== undefined && until !== ']') {
        this.#at += 2;
        const [low, high] = [from.toLowerCase(), until.toLowerCase()];
        if (low > high) return this.#fail(`"${from}-${until}" goes backwards`);
        tests.push((character) => character >= low && character <= high);
        continue;
      }
      const test = escaped === null ? isThe(from) : this.#classOf(escaped);
      if (test === null) return null;
      tests.push(test);
    }
    return { type: 'one', test: (character) => tests.some((test) => test(character)) !== isNegated };
  }
}

/** Groups within groups: more than anybody can read, and each is a call of this parser. */
const GROUPS_DEEP_MAX = 20;

const isDigit: Test = (character) => /^\p{Nd}$/u.test(character);
const isSpace: Test = (character) => /^\s$/u.test(character);
const CLASSES: Readonly<Record<string, Test>> = {
  w: isWord,
  d: isDigit,
  s: isSpace,
  W: (character) => !isWord(character),
  D: (character) => !isDigit(character),
  S: (character) => !isSpace(character),
};

/** Texts are searched in lower case. */
const isThe = (character: string): Test => {
  const lower = character.toLowerCase();
  return (other) => other === lower;
};
