import { compilePattern, findAll } from './linearPattern.ts';
import { charactersOf, fold } from './lookalike.ts';
import type { LinearPattern, Span } from './patternSearch.ts';
import type { ChatFilter, FilterAction } from './policy.ts';
import { findKeyword, type Keyword, keywordOf, readText } from './wordFilter.ts';

/** Filters ready to be asked. */
export interface CompiledFilters {
  readonly keywords: readonly { readonly filter: ChatFilter; readonly keyword: Keyword }[];
  readonly patterns: readonly { readonly filter: ChatFilter; readonly pattern: LinearPattern }[];
}

/** What filters say to a text. `text`: with what is to be masked masked. `action`: REFUSE or HOLD by the filter named; MASK where that is all. */
export interface FilterFinding {
  readonly action: FilterAction;
  readonly filter: ChatFilter;
  readonly text: string;
}

/** Filters that can't be compiled (a newer version's) are passed over. */
export const compileFilters = (filters: readonly ChatFilter[]): CompiledFilters => ({
  keywords: filters.flatMap((filter) => {
    const keyword = filter.kind === 'KEYWORD' ? keywordOf(filter.text) : null;
    return keyword === null ? [] : [{ filter, keyword }];
  }),
  patterns: filters.flatMap((filter) => {
    const pattern = filter.kind === 'PATTERN' ? compilePattern(filter.text) : '';
    return typeof pattern === 'string' ? [] : [{ filter, pattern }];
  }),
});

export const MASK = '***';

/** What is found in a text; null: nothing. The strictest action has the word. */
export const findFiltered = ({ keywords, patterns }: CompiledFilters, text: string): FilterFinding | null => {
  if (keywords.length === 0 && patterns.length === 0) return null;
  const characters = charactersOf(text);
  const found: { readonly filter: ChatFilter; readonly spans: readonly Span[] }[] = [];
  const read = keywords.length === 0 ? null : readText(characters);
  if (read !== null)
    for (const { filter, keyword } of keywords) {
      const spans = findKeyword(keyword, read);
      if (spans.length > 0) found.push({ filter, spans });
    }
  if (patterns.length > 0) {
    const lower = characters.map((character) => character.toLowerCase());
    const folded = fold(characters, 'plain');
    for (const { filter, pattern } of patterns) {
      const seen = findAll(pattern, folded.characters).map(({ start, end }) => ({
        start: folded.from[start] ?? 0,
        end: (folded.from[end - 1] ?? 0) + 1,
      }));
      const spans = [...findAll(pattern, lower), ...seen];
      if (spans.length > 0) found.push({ filter, spans });
    }
  }
  return strictest(found, characters);
};

const strictest = (
  found: readonly { readonly filter: ChatFilter; readonly spans: readonly Span[] }[],
  characters: readonly string[],
): FilterFinding | null => {
  const masks = found.filter(({ filter }) => filter.action === 'MASK');
  const text = masked(
    characters,
    masks.flatMap(({ spans }) => spans),
  );
  for (const action of ['REFUSE', 'HOLD', 'MASK'] as const) {
    const first = found.find(({ filter }) => filter.action === action);
    if (first !== undefined) return { action, filter: first.filter, text };
  }
  return null;
};

const UNSEEN = /^[\p{M}\p{Cf}]$/u;

const masked = (characters: readonly string[], spans: readonly Span[]): string => {
  const isHidden = characters.map(() => false);
  for (const { start, end } of spans) isHidden.fill(true, start, end);
  // What stands on a hidden letter goes with it.
  for (const [index, character] of characters.entries()) if (isHidden[index - 1] === true && UNSEEN.test(character)) isHidden[index] = true;
  return characters.map((character, index) => (isHidden[index] === true ? (isHidden[index - 1] === true ? '' : MASK) : character)).join('');
};
