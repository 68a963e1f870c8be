import { type DocumentNode, visit } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import { checkText } from '#platform/text.ts';

/** Values in the variables of one operation at most: a page of entity references, not a bulk load. */
export const INPUT_VALUES_MAX = 50_000;
/** Nesting of variables at most; the deepest input of the schema has four levels. */
export const INPUT_DEPTH_MAX = 32;

/** Refuses NUL and lone surrogates in every text of the variables, keys included, and variables that are too many or too deep. Throws FanfareError
 * BAD_USER_INPUT or PAYLOAD_TOO_LARGE. */
export const checkVariables = (variables: Readonly<Record<string, unknown>>): void => {
  const budget = { left: INPUT_VALUES_MAX };
  for (const [name, value] of Object.entries(variables)) {
    checkText(name, 'The name of a variable');
    checkValue(value, name, 1, budget);
  }
};

/** Refuses NUL and lone surrogates in every text literal of a document. Throws FanfareError BAD_USER_INPUT. */
export const checkLiterals = (document: DocumentNode): void => {
  visit(document, { StringValue: (node) => checkText(node.value, 'A text in the document') });
};

const checkValue = (value: unknown, variable: string, depth: number, budget: { left: number }): void => {
  budget.left -= 1;
  if (budget.left < 0)
    throw new FanfareError('PAYLOAD_TOO_LARGE', `The variables hold more than ${INPUT_VALUES_MAX} values. Send less at a time.`);
  if (typeof value === 'string') checkText(value, `The variable $${variable}`);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= INPUT_DEPTH_MAX)
    throw new FanfareError('BAD_USER_INPUT', `The variable $${variable} is nested deeper than ${INPUT_DEPTH_MAX} levels.`);
  if (Array.isArray(value)) {
    for (const entry of value) checkValue(entry, variable, depth + 1, budget);
    return;
  }
  for (const [key, entry] of Object.entries(value)) {
    checkText(key, `A key in the variable $${variable}`);
    checkValue(entry, variable, depth + 1, budget);
  }
};
