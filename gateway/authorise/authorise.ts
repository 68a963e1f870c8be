import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { refusal } from '../execute/errors.ts';
import type { Variables } from '../execute/variables.ts';
import { FORMS_PER_OPERATION_MAX } from '../limits.ts';
import { type Cache, createCache } from '../supergraph/cache.ts';
import { type Form, formOf, missingOf, type Profile, profileOf } from './forms.ts';
import { type Guards, NO_GUARDS } from './guards.ts';
import { findWithheld } from './search.ts';

/** What happens to an operation with fields that its caller may not read: they become null with an error each, or nothing of it runs. */
export type UnauthorisedFields = 'null' | 'refuse';

/** Who may introspect the graph. Operators hold the scope ops:read. */
export type Introspection = 'everyone' | 'operators' | 'nobody';

export interface AccessRules {
  readonly unauthorisedFields: UnauthorisedFields;
  readonly introspection: Introspection;
}

/** Who asks for what. */
export interface AccessRequest {
  /** Validated. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly identity: Identity;
  /** As they were sent: `@skip` and `@include` decide what is asked for. */
  readonly variables: Variables | null | undefined;
}

/** What a caller gets: the form of the operation that may run, or why nothing of it does. */
export type Access = { readonly refused: null; readonly form: Form } | { readonly refused: GraphQLError; readonly form: null };

/** Decides on an operation before anything of it is fetched. Operations without guarded fields are recognised by one look-up. */
export type Authorise = (request: AccessRequest, rules: AccessRules) => Access;

interface Known {
  readonly profile: Profile;
  /** The operation for those who may read all of it. */
  readonly whole: Form;
  /** The others, by what is missing. */
  readonly forms: Cache<Form>;
}

/** Authorises the operations of one generation; what is remembered goes with it. Mutations and subscriptions are refused as a whole when a root field is
 * unauthorised, or a field whose null would reach the root: nobody should pay and then be told that nothing is there.
 * Errors: UNAUTHENTICATED, FORBIDDEN. */
export const createAuthorise = (guards: Guards, schema: GraphQLSchema): Authorise => {
  const known = new WeakMap<OperationDefinitionNode, Known>();
  const lookUp = (document: DocumentNode, operation: OperationDefinitionNode): Known => {
    const found = known.get(operation);
    if (found !== undefined) return found;
    const made = {
      profile: profileOf(guards, schema, document, operation),
      whole: { key: '', document, operation, planned: document },
      forms: createCache<Form>(FORMS_PER_OPERATION_MAX),
    };
    known.set(operation, made);
    return made;
  };
  return ({ document, operation, identity, variables }, rules) => {
    const { profile, whole, forms } = lookUp(document, operation);
    if (profile.introspects && !mayIntrospect(rules.introspection, identity)) {
      const { code, message } = hiddenSchema(rules.introspection, identity);
      return refuse(refusal(code, message));
    }
    if (profile.needed.length === 0) return { refused: null, form: whole };
    const missing = missingOf(guards, profile.needed, identity);
    if (missing.length === 0) return { refused: null, form: whole };
    const key = `${identity.kind === 'user' && identity.id === null} ${missing.join(',')}`;
    const form = forms.getOrMake(key, () => formOf(guards, schema, { document, operation, identity, missing }));
    const reach = rules.unauthorisedFields === 'refuse' ? 'anywhere' : operation.operation === 'query' ? null : 'root';
    const withheld = reach === null ? null : findWithheld(schema, form, { variables: variables ?? {}, reach });
    return withheld === null ? { refused: null, form } : refuse(refusal(withheld.code, withheld.message));
  };
};

/** Lets everybody run everything: for a gateway that knows nobody. What is guarded is left to the subgraphs. */
export const authoriseAll = (schema: GraphQLSchema): Authorise => createAuthorise(NO_GUARDS, schema);

/** Whether a caller sees the schema. */
export const mayIntrospect = (introspection: Introspection, identity: Identity): boolean => {
  if (introspection === 'everyone') return true;
  return introspection === 'operators' && identity.kind === 'user' && identity.scopes.includes('ops:read');
};

/** What is told to a caller who may not see the schema. */
export const hiddenSchema = (introspection: Introspection, identity: Identity): FanfareError => {
  if (introspection === 'nobody')
    return new FanfareError(
      'FORBIDDEN',
      'The schema is not shown here: introspection is switched off (INTROSPECTION=nobody). Ask its operators for a copy.',
    );
  const code = identity.kind === 'user' && identity.id === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  return new FanfareError(code, 'The schema is shown to operators only: send a token with the scope ops:read.');
};

const refuse = (refused: GraphQLError): Access => ({ refused, form: null });
