import { HANDLE_CHARACTERS_MAX, TITLE_CHARACTERS_MAX } from './limits.ts';

/** What is wrong with a stream's title, or null. */
export const titleFault = (title: string): string | null => {
  if (title.trim() === '') return 'A title has at least one visible character.';
  const characters = [...title].length;
  return characters > TITLE_CHARACTERS_MAX ? `A title has at most ${TITLE_CHARACTERS_MAX} characters; this one has ${characters}.` : null;
};

/** Whether a channel can have this handle. */
export const isHandle = (text: string): boolean => text.length > 0 && text.length <= HANDLE_CHARACTERS_MAX;
