import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { CACHED_DOCUMENT_LENGTH_MAX, DOCUMENTS_MAX } from '../limits.ts';
import { createCache } from './cache.ts';
import { type OperationLimits, operationRules, PRODUCT_LIMITS } from './rules.ts';

/** A document that was parsed and validated, or why not. */
export type PreparedDocument =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** Parses and validates a document by the same rules as ApolloServer does for HTTP, or finds the verdict. */
export type PrepareDocument = (query: string) => PreparedDocument;

/** Verdicts are kept for one schema: make a new one with each. */
export const createDocuments = (schema: GraphQLSchema, limits: OperationLimits = PRODUCT_LIMITS): PrepareDocument => {
  const known = createCache<PreparedDocument>(DOCUMENTS_MAX);
  const rules = [...specifiedRules, ...operationRules(limits)];
  const check = (query: string): PreparedDocument => {
    const parsed = parseDocument(query, limits.tokens);
    if (!parsed.ok) return parsed;
    const errors = validate(schema, parsed.document, rules);
    return errors.length === 0 ? parsed : { ok: false, errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  };
  return (query) => (query.length > CACHED_DOCUMENT_LENGTH_MAX ? check(query) : known.getOrMake(query, () => check(query)));
};

const parseDocument = (query: string, maxTokens: number): PreparedDocument => {
  try {
    return { ok: true, document: parse(query, { maxTokens }) };
  } catch (error) {
    if (error instanceof GraphQLError) return { ok: false, errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
    throw error;
  }
};

const withCode = ({ message, nodes, source, positions, extensions }: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code, ...extensions },
  });
