import type { CustomContent } from './message.ts';
import { customDataOf } from './sendInput.ts';

/** Every text in the data of a custom message, whatever it is nested in, a line each: what a front end may show of it. Names of fields are the form's, not the author's. */
export const customTextsOf = ({ data }: CustomContent): string => {
  const texts: string[] = [];
  // By a list and not by calls: eight kilobytes of brackets are thousands of levels.
  const waiting: unknown[] = [customDataOf(data)];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) waiting.push(...Object.values(value).reverse());
  }
  return texts.join('\n');
};
