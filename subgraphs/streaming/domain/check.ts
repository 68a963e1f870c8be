import { HANDLE_CHARACTERS_MAX, PAGE_SIZE_MAX, TITLE_CHARACTERS_MAX } from './limits.ts';

/** What is wrong with a stream's title, or null. */
export const titleFault = (title: string): string | null => {
  if (title.trim() === '') return 'A title has at least one visible character.';
  const characters = [...title].length;
  return characters > TITLE_CHARACTERS_MAX ? `A title has at most ${TITLE_CHARACTERS_MAX} characters; this one has ${characters}.` : null;
};

/** What is wrong with the size of a page, or null. */
export const pageSizeFault = (first: number): string | null =>
  first >= 1 && first <= PAGE_SIZE_MAX ? null : `\`first\` is 1 to ${PAGE_SIZE_MAX}, not ${first}.`;

/** Whether a channel can have this handle. */
export const isHandle = (text: string): boolean => text.length > 0 && text.length <= HANDLE_CHARACTERS_MAX;
