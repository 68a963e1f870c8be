import { type GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { isCleanText } from '#platform/text.ts';
import { VARIABLE_ERRORS_MAX, VARIABLES_DEPTH_MAX } from '../limits.ts';
import { refusal } from './errors.ts';

export type Variables = Readonly<Record<string, unknown>>;

export type VariablesVerdict =
  | { readonly ok: true; readonly values: Variables }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** Coerces an operation's variables as the schema demands (the planner and the executor don't), and refuses texts that no database keeps.
 * Errors: BAD_USER_INPUT. */
export const coerceVariables = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Variables | null | undefined,
): VariablesVerdict => {
  for (const [name, value] of Object.entries(given ?? {})) {
    const fault = faultIn(value, 0);
    if (fault !== null) return { ok: false, errors: [refusal('BAD_USER_INPUT', `Variable "$${name}" ${fault}.`)] };
  }
  const { coerced, errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    { ...given },
    { maxErrors: VARIABLE_ERRORS_MAX },
  );
  return errors === undefined ? { ok: true, values: coerced } : { ok: false, errors };
};

const faultIn = (value: unknown, depth: number): string | null => {
  if (typeof value === 'string')
    return isCleanText(value) ? null : 'contains a NUL character or a lone surrogate (half of a character). Remove it';
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= VARIABLES_DEPTH_MAX) return `is nested deeper than ${VARIABLES_DEPTH_MAX} levels`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultIn(key, depth + 1) ?? faultIn(inner, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
};
