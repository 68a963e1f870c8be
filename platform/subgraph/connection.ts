import { FanfareError } from '#platform/errors.ts';

/** One page of a list, as the graph shows it (Relay's form with `nodes` beside `edges`). */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

/** A page of these nodes, in their order. */
export const connectionOf = <Node>(
  nodes: readonly Node[],
  cursorOf: (node: Node) => string,
  { hasNextPage, hasPreviousPage }: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
): Connection<Node> => {
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  const pageInfo = { startCursor: edges.at(0)?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage, hasPreviousPage };
  return { edges, nodes, pageInfo };
};

/** Refuses a page of fewer items than one or more than `max`. Throws FanfareError BAD_USER_INPUT. */
export const checkPageSize = (first: number, max: number): void => {
  if (!Number.isInteger(first) || first < 1 || first > max)
    throw new FanfareError('BAD_USER_INPUT', `\`first\` is 1 to ${max}, not ${first}.`);
};
