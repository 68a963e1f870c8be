import { fold } from './lookalike.ts';

/** Endings after which a name with a dot is taken for an address: the common ones, and those that spam likes. */
const ENDINGS =
  'com|net|org|info|biz|io|co|me|tv|gg|ly|be|to|cc|ru|de|uk|us|eu|fr|it|es|nl|pl|br|cn|jp|in|ca|au|xyz|top|shop|store|site|online|live|link|club|app|dev|page|click|pro|vip|fun|win|bet|casino|xxx|porn|onion|gift|chat|tk|ml|ga|cf|su|ua|by|kz|vn|id|tr|mx|ar|cl|ch|at|se|no|fi|dk|cz|sk|hu|ro|gr|pt|ie|nz|kr|tw|hk|sg|my|ph|th';
/** Those that are no word of any sentence. */
const CLEAR_ENDINGS = 'com|net|org|ru|xyz|gg|io|info|biz|onion';

// Every repetition has a small bound, so that each place is looked at once or a few dozen times, whatever the text.
const PATTERNS: readonly RegExp[] = [
  /[a-z][a-z0-9+]{1,10}\s?:\s?\/\s?\//u,
  /(?<![a-z0-9])www\s?[.,]\s?[a-z0-9-]{1,63}/u,
  new RegExp(`[\\p{L}\\p{N}][\\p{L}\\p{N}-]{0,62}\\s{0,3}\\.(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'u'),
  // The dot is spelled out, in brackets or not, or stands among spaces.
  new RegExp(`[\\p{L}\\p{N}-]{2,63}\\s{0,3}[([{<]\\s?(?:dot|\\.|punkt|tochka)\\s?[)\\]}>]\\s{0,3}(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'u'),
  new RegExp(`[\\p{L}\\p{N}-]{2,63}\\s{1,3}dot\\s{1,3}(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'u'),
  new RegExp(`[\\p{L}\\p{N}-]{2,63}\\s{1,3}[.,]\\s{0,3}(?:${ENDINGS})(?![\\p{L}\\p{N}])`, 'u'),
  new RegExp(`[\\p{L}\\p{N}-]{2,63}\\s{0,3}[.,]\\s{1,3}(?:${CLEAR_ENDINGS})(?![\\p{L}\\p{N}])`, 'u'),
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/u,
];

/** Whether a text has an address in it, also one that is written to be read by people alone: with look-alikes, invisible characters, spaces, or "dot". */
export const hasLink = (characters: readonly string[]): boolean => {
  const text = fold(characters, 'plain').characters.join('');
  return PATTERNS.some((pattern) => pattern.test(text));
};
