import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERRORS_PER_FETCH_MAX } from '../../limits.ts';
import { HIDDEN_PREFIX } from '../../supergraph/rules.ts';
import { visitObjectsAt } from './places.ts';
import type { Data, PathStep, Run } from './run.ts';

type ErrorPath = NonNullable<GraphQLFormattedError['path']>;

/** Notes errors of a fetch that asked for root fields, or for fields of the objects at `path` without saying of which. */
export const noteFaults = (run: Run, subgraph: string, path: readonly PathStep[], faults: readonly GraphQLFormattedError[]): void => {
  for (const fault of faults.slice(0, ERRORS_PER_FETCH_MAX)) note(run, subgraph, fault, [...stepsOf(path), ...ownPath(fault.path ?? [])]);
};

/** Notes errors of a fetch of entities. `receivers`: which objects got the i-th entity; each error is told at all of them, as the client sees them. */
export const noteEntityFaults = (
  run: Run,
  fetch: { readonly subgraph: string; readonly path: readonly PathStep[] },
  receivers: readonly (readonly Data[])[],
  faults: readonly GraphQLFormattedError[],
): void => {
  let pathsOf: Map<Data, ErrorPath[]> | null = null;
  let left = ERRORS_PER_FETCH_MAX;
  for (const fault of faults) {
    const [root, index, ...rest] = fault.path ?? [];
    if (root !== '_entities' || typeof index !== 'number') {
      left -= 1;
      note(run, fetch.subgraph, fault, stepsOf(fetch.path));
      if (left <= 0) return;
      continue;
    }
    pathsOf ??= pathsByObject(run.data, fetch.path);
    for (const path of (receivers[index] ?? []).flatMap((object) => pathsOf?.get(object) ?? [])) {
      left -= 1;
      note(run, fetch.subgraph, fault, [...path, ...ownPath(rest)]);
      if (left <= 0) return;
    }
  }
};

const pathsByObject = (root: Data, path: readonly PathStep[]): Map<Data, ErrorPath[]> => {
  const paths = new Map<Data, ErrorPath[]>();
  visitObjectsAt(root, path, (object, at) => {
    const known = paths.get(object);
    const shown = ownPath(at);
    if (known === undefined) paths.set(object, [shown]);
    else known.push(shown);
  });
  return paths;
};

// Up to the first list: which of its items failed is not known.
const stepsOf = (path: readonly PathStep[]): readonly string[] => {
  const list = path.indexOf('@');
  return ownPath(list === -1 ? path : path.slice(0, list)) as readonly string[];
};

// The gateway's own fields are none that a client asked for: what follows them is cut off.
const ownPath = (path: ErrorPath): ErrorPath => {
  const own = path.findIndex((step) => typeof step === 'string' && (step.startsWith(HIDDEN_PREFIX) || step === '_entities'));
  return own === -1 ? path : path.slice(0, own);
};

const note = (run: Run, subgraph: string, fault: GraphQLFormattedError, path: ErrorPath): void => {
  const code = fault.extensions?.['code'] ?? 'DOWNSTREAM_SERVICE_ERROR';
  run.errors.push(
    new GraphQLError(fault.message || `The subgraph ${JSON.stringify(subgraph)} has failed.`, {
      ...(path.length === 0 ? {} : { path }),
      extensions: { ...fault.extensions, code, serviceName: subgraph },
    }),
  );
};
