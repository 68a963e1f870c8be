import type { Subject } from '../subscribe/channel.ts';

/** A viewer who follows something that is not for everybody. */
export interface Entrant {
  /** The subgraph that decides who may. */
  readonly subgraph: string;
  /** Which argument says what is followed, and its value. */
  readonly argument: string;
  readonly subject: string;
  /** null: the viewer is anonymous. */
  readonly userId: string | null;
}

/** Who must be admitted to what, or null when everybody may follow. */
export const entrantOf = ({ identity, subscription, arguments: given }: Subject): Entrant | null => {
  const argument = subscription.subject;
  if (argument === null) return null;
  const userId = identity.kind === 'user' ? identity.id : null;
  return { subgraph: subscription.primary.serviceName, argument, subject: String(given[argument]), userId };
};

/** The same viewer and subject have the same key. */
export const keyOf = ({ subgraph, argument, subject, userId }: Entrant): string => JSON.stringify([subgraph, argument, subject, userId]);
