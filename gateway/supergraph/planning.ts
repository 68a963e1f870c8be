import { createHash } from 'node:crypto';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import { parse, printSchema } from 'graphql';
import { type Guards, readGuards } from '../authorise/guards.ts';
import { readWeights, type Weights } from '../demand/weights.ts';
import { readSubtypes, type Subtypes } from '../execute/plan/types.ts';
import { decideConditions } from './decided.ts';
import { readExecutableDirectives, withExecutableDirectives } from './directives.ts';
import { readDirectiveNames } from './links.ts';
import { type FieldMarks, readMarks } from './marks.ts';
import { createOperationPlanner } from './planOperation.ts';
import { reworkSupergraph } from './reworked.ts';
import { reworkPlan } from './reworkedPlan.ts';
import { readSubgraphs } from './subgraphs.ts';

/** What is known of a supergraph besides how to plan: plain data, which the planning thread hands over to the one that serves. */
export interface SupergraphFacts {
  /** A hash of the supergraph: part of every key under which something is shared. */
  readonly id: string;
  readonly sdl: string;
  /** What clients see, as text, in parts of whole definitions: the thread that serves parses them one by one. */
  readonly apiParts: readonly string[];
  readonly marks: FieldMarks;
  /** What callers need for types and fields. */
  readonly guards: Guards;
  /** What operations cost. */
  readonly weights: Weights;
  /** The addresses of the subgraphs by their names, as the supergraph has them. */
  readonly subgraphs: ReadonlyMap<string, string>;
  /** What subgraphs call a field that the planner knows by a hidden name. */
  readonly standIns: ReadonlyMap<string, string>;
  readonly subtypes: Subtypes;
}

/** One operation to plan. */
export interface PlanRequest {
  /** Validated against the API schema. */
  readonly document: string;
  readonly operationName: string | null;
  /** The values of the variables in its @skip and @include, where the plan is made for just these. */
  readonly conditions?: Readonly<Record<string, boolean>>;
}

/** A supergraph that plans are made for, in the thread that calls. */
export interface Planning {
  readonly facts: SupergraphFacts;
  /** Throws what is wrong with the operation. */
  plan(request: PlanRequest): QueryPlan;
}

/** Characters of one part of the API schema: parsing it takes about a millisecond. */
const API_PART_LENGTH_MAX = 32_768;

/** Reads a supergraph and makes its planner. Throws what is wrong with it; with `validated` also what composition has checked (which takes as long again). */
export const openPlanning = (sdl: string, { validated }: { readonly validated: boolean }): Planning => {
  const document = parse(sdl, { noLocation: true });
  const reworked = reworkSupergraph(document);
  const supergraph = Supergraph.build(reworked.document, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: validated,
  });
  const schema = withExecutableDirectives(supergraph.apiSchema().toGraphQLJSSchema(), readExecutableDirectives(document));
  const nameOf = readDirectiveNames(document);
  const guards = readGuards(document, schema, nameOf);
  const planner = createOperationPlanner(reworked.document, supergraph);
  return {
    facts: {
      id: createHash('sha256').update(sdl).digest('hex').slice(0, 16),
      sdl,
      apiParts: inParts(printSchema(schema)),
      marks: readMarks(document, nameOf, guards),
      guards,
      weights: readWeights(document, nameOf),
      subgraphs: readSubgraphs(document),
      standIns: new Map([...reworked.standIns].map(([hidden, { name }]) => [hidden, name])),
      subtypes: readSubtypes(document),
    },
    plan: ({ document: text, operationName, conditions }) => {
      const operation = parse(text, { noLocation: true });
      const decided = conditions === undefined ? operation : decideConditions(operation, conditions);
      return reworkPlan(planner.plan(decided, operationName), reworked);
    },
  };
};

const inParts = (sdl: string): readonly string[] => {
  const parts: string[] = [];
  let part = '';
  for (const { loc } of parse(sdl).definitions) {
    if (loc === undefined) continue;
    if (part.length > API_PART_LENGTH_MAX) {
      parts.push(part);
      part = '';
    }
    part += `${part === '' ? '' : '\n\n'}${sdl.slice(loc.start, loc.end)}`;
  }
  return [...parts, part];
};
