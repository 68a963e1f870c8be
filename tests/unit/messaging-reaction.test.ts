import { expect, test } from 'vitest';
import { isReaction } from '../../subgraphs/messaging/domain/reaction.ts';

test.each(['👍', '👍🏽', '❤️', '👨‍👩‍👧‍👦', '🇫🇷', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', ':fanfare:', ':+1:'])('%s is a reaction', (emoji) => {
  expect(isReaction(emoji)).toBe(true);
});

test.each([
  '',
  ' ',
  'a',
  '1',
  'yes',
  '👍👍',
  '👍 ',
  ':A:',
  '::',
  ':fanfare',
  `:${'x'.repeat(33)}:`,
  '\u200d',
  '🇫',
  '👍\u0000',
  '👍'.repeat(1_000),
])('%j is none', (text) => {
  expect(isReaction(text)).toBe(false);
});
