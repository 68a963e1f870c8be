import type { Identity } from '#platform/identity/identity.ts';
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
  /** The audience that they want to be in, and what their token says they may; null where there is but one. */
  readonly audience: { readonly name: string; readonly scopes: readonly string[] } | null;
}

/** Who must be admitted to what, or null when everybody may follow. */
export const entrantOf = ({ identity, subscription, arguments: given }: Subject): Entrant | null => {
  const argument = subscription.subject;
  if (argument === null) return null;
  const userId = identity.kind === 'user' ? identity.id : null;
  const audience = subscription.audience === null ? null : { name: String(given[subscription.audience]), scopes: scopesOf(identity) };
  return { subgraph: subscription.primary.serviceName, argument, subject: String(given[argument]), userId, audience };
};

const scopesOf = (identity: Identity): readonly string[] => (identity.kind === 'user' ? [...identity.scopes].sort() : []);

/** The same viewer, subject and audience have the same key. */
export const keyOf = ({ subgraph, argument, subject, userId, audience }: Entrant): string =>
  JSON.stringify([subgraph, argument, subject, userId, audience]);
