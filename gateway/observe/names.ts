import { METRIC_PAIRS_MAX } from '../limits.ts';

/** An operation and the client that sent it, as labels. */
export interface OperationLabels extends Readonly<Record<string, string>> {
  readonly operation: string;
  readonly client: string;
}

/** What callers call themselves becomes labels of metrics, so it is bounded: the first METRIC_PAIRS_MAX pairs of names get series of their own, the others share one. */
export type LabelsOf = (operation: string | null, client: string | null) => OperationLabels;

/** Of a header, and of `connectionParams`. */
export const CLIENT_NAME_HEADER = 'apollographql-client-name';
/** With any value, from a token with ops:read: the answer's `extensions` show the plan. */
export const PLAN_HEADER = 'x-fanfare-plan';

/** Longer names say nothing that a shorter one doesn't. */
const NAME_LENGTH_MAX = 64;

/** What a client calls itself, in a header or a connection parameter of Apollo's name; else what its token was issued to. Null: nothing. */
export const clientNameOf = (given: unknown, issuedTo: string | null): string | null =>
  typeof given === 'string' && given !== '' ? given.slice(0, NAME_LENGTH_MAX) : issuedTo;

const OTHER: OperationLabels = { operation: 'other', client: 'other' };
/** Names that programs have. */
const GOOD_NAME = /^[\w.:/@-]{1,64}$/;

export const createLabels = (): LabelsOf => {
  const known = new Map<string, OperationLabels>();
  const labelled = (name: string | null, absent: string): string =>
    name === null || name === '' ? absent : GOOD_NAME.test(name) ? name : 'other';
  return (operation, client) => {
    const labels = { operation: labelled(operation, 'unnamed'), client: labelled(client, 'unknown') };
    const key = `${labels.operation}\n${labels.client}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= METRIC_PAIRS_MAX) return OTHER;
    known.set(key, labels);
    return labels;
  };
};
