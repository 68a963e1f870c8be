import { FanfareError } from './errors.ts';

/** Whether PostgreSQL can keep a text as it is: no NUL (refused by text and jsonb) and no lone surrogate (changed silently on the way to UTF-8). */
export const isCleanText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Refuses what `isCleanText` refuses. `what` names the value in the message. Throws FanfareError BAD_USER_INPUT. */
export const checkText = (text: string, what: string): void => {
  if (isCleanText(text)) return;
  const fault = text.isWellFormed() ? 'a NUL character (U+0000)' : 'a lone surrogate (half of a character)';
  throw new FanfareError('BAD_USER_INPUT', `${what} contains ${fault}. Remove it.`);
};
