import type { ServiceMap } from '@apollo/gateway';
import type { GraphQLError } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { Variables } from '../variables.ts';

/** An object as a subgraph sent it: parsed JSON. */
export type Data = Record<string, unknown>;

/** A step of a path through fetched data: a response key, or `@` for "each item of this list". */
export type PathStep = string;

/** A node of a plan, as somebody who watches its run sees it. `subgraph` is null for nodes that only order others. */
export interface ObservedNode {
  readonly kind: 'fetch' | 'sequence' | 'parallel' | 'condition';
  readonly subgraph: string | null;
  readonly path: readonly PathStep[];
}

/** Runs the work of a node, and notes what it likes. */
export type PlanObserver = (node: ObservedNode, work: () => Promise<void>) => Promise<void>;

/** One execution of a compiled plan. */
export interface Run {
  /** What was fetched so far, under the names of the plan. Fetches merge into it. */
  readonly data: Data;
  /** What subgraphs refused, and what did not fit the schema, at the paths that the client knows. */
  readonly errors: GraphQLError[];
  /** Coerced, with defaults. */
  readonly variables: Variables;
  readonly dataSources: ServiceMap;
  /** Null: nobody watches. */
  readonly observer: PlanObserver | null;
  /** Goes to the data sources. */
  readonly context: GatewayContext;
}

/** A compiled node of a plan. Resolves when its data is merged; what a subgraph does never makes it reject. */
export type Step = (run: Run) => Promise<void>;

export const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of fetched data. What an object merely inherits (`constructor`, `toString`) is not there. */
export const memberOf = (object: Readonly<Data>, key: string): unknown => {
  const value = object[key];
  return typeof value === 'function' ? undefined : value;
};
