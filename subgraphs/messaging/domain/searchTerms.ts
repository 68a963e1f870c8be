/** Longer words are cut off: nobody looks for the rest. In characters. */
export const SEARCH_TERM_CHARACTERS_MAX = 64;
/** A message has 500 characters, so at most so many words in any language; a text beyond is found by its first ones. */
export const SEARCH_TERMS_PER_MESSAGE_MAX = 500;
/** What somebody looks for: a sentence's worth. */
export const SEARCH_QUERY_CHARACTERS_MAX = 100;
export const SEARCH_QUERY_TERMS_MAX = 8;
/** Conversations that one process makes findable at a time, and events of all of them together: many, because what a round costs beside its messages is the same for one and for thousands. */
export const SEARCH_PARALLEL_MAX = 200;
export const SEARCH_EVENTS_MAX = 2_000;
/** Longer than that takes: whoever has not finished by then is dead. */
export const SEARCH_CLAIM_MS = 30_000;

/** Divides texts into words by the rules and dictionaries of Unicode (UAX #29): of languages without spaces, too. */
const WORDS = new Intl.Segmenter('en', { granularity: 'word' });
/** The same rules for texts in ASCII (lower case), at a tenth of the cost: letters, digits and underscores belong together, and a mark between two letters or two digits joins them. */
const ASCII = /^\p{ASCII}*$/u;
const ASCII_WORDS = /\w+(?:(?:(?<=[a-z])[.':](?=[a-z])|(?<=\d)[.',;](?=\d))\w+)*/g;

/** The words of a text, each once, in the order of the text: lower case, look-alike forms of one character made the same (NFKC). */
export const searchTermsOf = (text: string): readonly string[] => {
  const terms = new Set<string>();
  const plain = text.normalize('NFKC').toLowerCase();
  for (const word of ASCII.test(plain) ? asciiWordsOf(plain) : wordsOf(plain)) {
    terms.add(word.length <= SEARCH_TERM_CHARACTERS_MAX ? word : [...word].slice(0, SEARCH_TERM_CHARACTERS_MAX).join(''));
    if (terms.size === SEARCH_TERMS_PER_MESSAGE_MAX) break;
  }
  return [...terms];
};

/** The words of a text in ASCII, in lower case. */
export const asciiWordsOf = (text: string): readonly string[] => (text.match(ASCII_WORDS) ?? []).filter((word) => word !== '_');

/** The words of any text. */
export const wordsOf = (text: string): readonly string[] =>
  [...WORDS.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike === true ? [segment] : []));

/** The words that somebody looks for, or a sentence about what is wrong with them. */
export const queryTermsOf = (query: string): readonly string[] | string => {
  if ([...query].length > SEARCH_QUERY_CHARACTERS_MAX) return `\`query\` has at most ${SEARCH_QUERY_CHARACTERS_MAX} characters.`;
  const terms = searchTermsOf(query);
  if (terms.length === 0) return '`query` has no word in it.';
  return terms.length > SEARCH_QUERY_TERMS_MAX ? `\`query\` has at most ${SEARCH_QUERY_TERMS_MAX} words.` : terms;
};
