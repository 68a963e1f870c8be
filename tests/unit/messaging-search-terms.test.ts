import { expect, test } from 'vitest';
import { asciiWordsOf, searchTermsOf, wordsOf } from '../../subgraphs/messaging/domain/searchTerms.ts';
import { createRandom } from '../support/random.ts';

test('a text in ASCII has the same words by the short way as by the rules of Unicode', () => {
  const random = createRandom(20_261_122);
  const characters = [...'ab1_.\':,;- \t\n"@#!/\\z9~^$&()'];
  const text = (): string => Array.from({ length: 1 + random.below(9) }, () => characters[random.below(characters.length)]).join('');
  const texts = Array.from({ length: 3_000 }, text);
  expect(texts.map(asciiWordsOf)).toEqual(texts.map(wordsOf));
});

test('words are found in any language, each once, and cut where nobody looks any more', () => {
  expect(searchTermsOf("Don't stop: DON'T stop at 3.14!")).toEqual(["don't", 'stop', 'at', '3.14']);
  expect(searchTermsOf('今日は Wetter ＡＢＣ')).toEqual([...wordsOf('今日は'), 'wetter', 'abc']);
  expect(searchTermsOf('x'.repeat(100))).toEqual(['x'.repeat(64)]);
});
