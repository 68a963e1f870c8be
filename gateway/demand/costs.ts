import type { Variables } from '../execute/variables.ts';

/** What something costs: the work to resolve it, and the objects that it makes (field cost and type cost of the specification). */
export interface Cost {
  readonly fieldCost: number;
  readonly typeCost: number;
  /** What is wrong with how it was asked for, in one sentence; null: nothing. */
  readonly fault: string | null;
}

/** A part of an operation, compiled: what it costs whatever is sent along, or how to find it for one request. */
export type Part =
  | { readonly fixed: Cost; readonly evaluate: null }
  | { readonly fixed: null; readonly evaluate: (variables: Variables) => Cost };

const FREE: Cost = { fieldCost: 0, typeCost: 0, fault: null };

export const NOTHING: Part = { fixed: FREE, evaluate: null };

export const fixed = (cost: Cost): Part => ({ fixed: cost, evaluate: null });

export const varying = (evaluate: (variables: Variables) => Cost): Part => ({ fixed: null, evaluate });

export const costOf = (part: Part, variables: Variables): Cost => (part.evaluate === null ? part.fixed : part.evaluate(variables));

export const totalOf = ({ fieldCost, typeCost }: Cost): number => fieldCost + typeCost;

/** All of them together. What is fixed is added up while compiling. */
export const sumOf = (parts: readonly Part[]): Part => {
  const sum = parts.reduce<Cost>((left, part) => (part.evaluate === null ? added(left, part.fixed) : left), FREE);
  const others = parts.flatMap(({ evaluate }) => (evaluate === null ? [] : [evaluate]));
  if (others.length === 0) return fixed(sum);
  return varying((variables) => others.reduce((left, evaluate) => added(left, evaluate(variables)), sum));
};

/** The dearest of them: any of several types may come. */
export const maxOf = (parts: readonly Part[]): Part => {
  const [first = NOTHING, ...others] = parts;
  if (others.length === 0) return first;
  const dearest = (costs: readonly Cost[]): Cost => costs.reduce((left, right) => (totalOf(right) > totalOf(left) ? right : left));
  const settled = parts.flatMap((part) => (part.evaluate === null ? [part.fixed] : []));
  if (settled.length === parts.length) return fixed(dearest(settled));
  return varying((variables) => dearest(parts.map((part) => costOf(part, variables))));
};

const added = (left: Cost, right: Cost): Cost => ({
  fieldCost: left.fieldCost + right.fieldCost,
  typeCost: left.typeCost + right.typeCost,
  fault: left.fault ?? right.fault,
});
