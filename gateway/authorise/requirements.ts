import { type ConstDirectiveNode, Kind } from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import type { DirectiveNames } from '../supergraph/links.ts';

/** What one directive demands of a caller: of one of the alternatives everything. `token`: nothing but a token. */
export interface Requirement {
  readonly kind: 'token' | 'scopes' | 'policies';
  readonly alternatives: readonly (readonly string[])[];
}

/** The requirements that these directives of a definition state (@authenticated, @requiresScopes, @policy, by the names that the supergraph has for
 * them). All of them hold. One whose argument cannot be read is met by nobody. */
export const requirementsOf = (directives: readonly ConstDirectiveNode[] | undefined, nameOf: DirectiveNames): readonly Requirement[] => {
  if (directives === undefined || directives.length === 0) return [];
  const names = {
    token: nameOf('authenticated', 'authenticated'),
    scopes: nameOf('requiresScopes', 'requiresScopes'),
    policies: nameOf('policy', 'policy'),
  };
  return directives.flatMap((directive): readonly Requirement[] => {
    const { value: name } = directive.name;
    if (name === names.token) return [{ kind: 'token', alternatives: [[]] }];
    if (name === names.scopes) return [{ kind: 'scopes', alternatives: listsIn(directive, 'scopes') }];
    return name === names.policies ? [{ kind: 'policies', alternatives: listsIn(directive, 'policies') }] : [];
  });
};

const listsIn = ({ arguments: given }: ConstDirectiveNode, wanted: string): readonly (readonly string[])[] => {
  const value = given?.find(({ name }) => name.value === wanted)?.value;
  const lists = value?.kind === Kind.LIST ? value.values : value === undefined ? [] : [value];
  return lists.flatMap((list) => {
    const items = list.kind === Kind.LIST ? list.values : [list];
    const names = items.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : []));
    // What is left out of a set makes it easier to meet: one that is not understood as a whole is no way in.
    return names.length === items.length ? [names] : [];
  });
};

/** Whether a caller has what is required. A policy is held by a token whose `roles` name it. */
export const meets = (identity: Identity, { kind, alternatives }: Requirement): boolean => {
  if (identity.kind === 'audience') return false;
  if (identity.kind === 'user' && identity.id === null) return false;
  const held = heldBy(identity, kind);
  return alternatives.some((all) => all.every((name) => held.includes(name)));
};

const heldBy = (identity: Exclude<Identity, { readonly kind: 'audience' }>, kind: Requirement['kind']): readonly string[] => {
  if (kind === 'scopes') return identity.scopes;
  return kind === 'policies' && identity.kind === 'user' ? identity.roles : [];
};

/** What is missing, as a sentence about `what` (a field or a type). */
export const explain = (what: string, { kind, alternatives }: Requirement, identity: Identity): string => {
  if (identity.kind === 'user' && identity.id === null) return `${what} needs a token: send \`Authorization: Bearer …\`.`;
  const names = alternatives.map((all) => all.join(' and ')).join(', or ');
  if (kind === 'scopes') return `${what} needs the scope ${names}, which this token lacks.`;
  return kind === 'policies'
    ? `${what} needs the policy ${names}, which no role of this token gives.`
    : `${what} is for persons who are signed in.`;
};

/** Whether whoever meets all of `given` meets `wanted`, too, as far as their lists show it. */
export const implies = (given: readonly Requirement[], wanted: Requirement): boolean => {
  const same = given.filter(({ kind }) => kind === wanted.kind);
  if (same.length === 0) return false;
  const [first, ...others] = same;
  let together: readonly (readonly string[])[] = first?.alternatives ?? [];
  for (const { alternatives } of others) {
    together = together.flatMap((left) => alternatives.map((right) => [...new Set([...left, ...right])]));
    // Some hundred alternatives are no schema that anybody wrote: then it is not shown, which refuses more rather than less.
    if (together.length > ALTERNATIVES_MAX) return false;
  }
  return together.every((all) => wanted.alternatives.some((some) => some.every((name) => all.includes(name))));
};

const ALTERNATIVES_MAX = 512;
