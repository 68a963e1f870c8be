import { type GraphQLInputType, getNamedType, isInputObjectType, valueFromAST } from 'graphql';
import type { Variables } from '../execute/variables.ts';
import { hasVariables, type SelectedField } from './sizes.ts';
import type { Weights } from './weights.ts';

/** What the arguments of a selected field cost: a number, or how to find it for one request. Input objects weigh 1 unless told otherwise, other values 0; what was
 * left out costs nothing. */
export const argumentsCostOf = (
  weights: Weights,
  { field, definition, name }: SelectedField,
): number | ((variables: Variables) => number) => {
  let fixed = 0;
  const varying: ((variables: Variables) => number)[] = [];
  for (const { name: given, value } of field.arguments ?? []) {
    const argument = definition.args.find((declared) => declared.name === given.value);
    if (argument === undefined) continue;
    const weight = weights.arguments.get(`${name}(${argument.name})`);
    if (weight === undefined && !mayCost(weights, argument.type)) continue;
    const costOf = (variables: Variables): number =>
      valueCost(weights, argument.type, valueFromAST(value, argument.type, variables), weight);
    if (hasVariables(value)) varying.push(costOf);
    else fixed += costOf({});
  }
  return varying.length === 0 ? fixed : (variables) => varying.reduce((sum, costOf) => sum + costOf(variables), fixed);
};

const mayCost = (weights: Weights, type: GraphQLInputType): boolean => {
  const named = getNamedType(type);
  return isInputObjectType(named) || weights.types.has(named.name);
};

const valueCost = (weights: Weights, type: GraphQLInputType, value: unknown, own: number | undefined): number => {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + valueCost(weights, type, item, own), 0);
  const named = getNamedType(type);
  const weight = own ?? weights.types.get(named.name) ?? (isInputObjectType(named) ? 1 : 0);
  if (!isInputObjectType(named) || typeof value !== 'object') return weight;
  const fields = named.getFields();
  return Object.entries(value).reduce((sum, [name, inner]) => {
    const field = fields[name];
    return field === undefined ? sum : sum + valueCost(weights, field.type, inner, weights.fields.get(`${named.name}.${name}`));
  }, weight);
};
