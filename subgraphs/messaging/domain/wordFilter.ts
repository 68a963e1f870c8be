import { type FoldedText, fold, READINGS } from './lookalike.ts';
import type { Span } from './patternSearch.ts';

/** A word or a phrase to look for. `words`: as they are compared. */
export interface Keyword {
  readonly words: readonly string[];
  /** All of them, letter by letter. */
  readonly letters: readonly string[];
}

/** A piece of a text that may be a word. */
interface Piece extends Span {
  readonly word: string;
}

/** Prepares a keyword; null when no letter or digit is left of it. */
export const keywordOf = (text: string): Keyword | null => {
  const words = tokensOf(fold([...text], 'plain')).map(({ word }) => squeeze(word));
  return words.length === 0 ? null : { words, letters: words.flatMap((word) => [...word]) };
};

/** A text read in all ways, ready to be searched for any number of keywords. */
export interface ReadText {
  /** Sequences of words, each piece in its place. */
  readonly lines: readonly (readonly Piece[])[];
  /** Sequences of pieces of one letter each. */
  readonly letters: readonly (readonly Piece[])[];
}

/** Reads a text as words: those that stand there, those that are pulled apart by signs ("b.a-d") or letter by letter ("b a d"), with digits read as letters, too. Whole words only:
 * nobody is refused for a part of one. */
export const readText = (characters: readonly string[]): ReadText => {
  const lines = READINGS.flatMap((reading) => {
    const folded = fold(characters, reading);
    const tokens = tokensOf(folded);
    return [tokens, joined(tokens, (one, other) => !hasSpace(folded, one, other))];
  });
  const squeezed = lines.map((line) => line.map((piece) => ({ ...piece, word: squeeze(piece.word) })));
  return { lines: squeezed, letters: squeezed.flatMap(runsOfLetters) };
};

/** Where a keyword stands, in characters of the original. */
export const findKeyword = ({ words, letters }: Keyword, text: ReadText): readonly Span[] => [
  ...text.lines.flatMap((line) => findIn(line, words)),
  ...(letters.length < LETTERS_MIN ? [] : text.letters.flatMap((run) => findIn(run, letters))),
];

/** So many letters, each for itself, are a word that was pulled apart; fewer happen. */
const LETTERS_MIN = 3;

const findIn = (line: readonly Piece[], words: readonly string[]): readonly Span[] => {
  const found: Span[] = [];
  for (let at = 0; at + words.length <= line.length; at += 1) {
    const [first, last] = [line[at], line[at + words.length - 1]];
    if (first !== undefined && last !== undefined && words.every((word, index) => line[at + index]?.word === word))
      found.push({ start: first.start, end: last.end });
  }
  return found;
};

/** Neighbours of one letter each. */
const runsOfLetters = (line: readonly Piece[]): readonly (readonly Piece[])[] => {
  const runs: Piece[][] = [];
  let open = false;
  for (const piece of line) {
    const isLetter = [...piece.word].length === 1;
    if (isLetter && open) runs.at(-1)?.push(piece);
    else if (isLetter) runs.push([piece]);
    open = isLetter;
  }
  return runs;
};

/** Letters that are drawn out count once: "baaad". */
const squeeze = (word: string): string => word.replace(/(.)\1+/gu, '$1');

const WORD = /^[\p{L}\p{N}]$/u;

/** Runs of letters and digits. Places are those of the original. */
const tokensOf = ({ characters, from }: FoldedText): readonly (Piece & { readonly foldedStart: number; readonly foldedEnd: number })[] => {
  const tokens: { word: string; start: number; end: number; foldedStart: number; foldedEnd: number }[] = [];
  let open: (typeof tokens)[number] | null = null;
  for (const [index, character] of characters.entries()) {
    if (!WORD.test(character)) {
      open = null;
      continue;
    }
    const place = from[index] ?? 0;
    if (open === null) {
      open = { word: '', start: place, end: place, foldedStart: index, foldedEnd: index };
      tokens.push(open);
    }
    open.word += character;
    open.end = place + 1;
    open.foldedEnd = index + 1;
  }
  return tokens;
};

type Token = ReturnType<typeof tokensOf>[number];

const hasSpace = ({ characters }: FoldedText, one: Token, other: Token): boolean =>
  characters.slice(one.foldedEnd, other.foldedStart).some((character) => /^\s$/u.test(character));

/** Neighbours that belong together, as one. */
const joined = (tokens: readonly Token[], belong: (one: Token, other: Token) => boolean): readonly Piece[] => {
  const pieces: { word: string; start: number; end: number }[] = [];
  let last: Token | null = null;
  for (const token of tokens) {
    const piece = pieces.at(-1);
    if (last !== null && piece !== undefined && belong(last, token)) {
      piece.word += token.word;
      piece.end = token.end;
    } else pieces.push({ word: token.word, start: token.start, end: token.end });
    last = token;
  }
  return pieces;
};
