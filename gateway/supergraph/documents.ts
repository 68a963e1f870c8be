import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { CACHED_DOCUMENT_LENGTH_MAX, DOCUMENTS_MAX, TOKENS_MAX } from '../limits.ts';
import { createCache } from './cache.ts';
import { OPERATION_RULES } from './rules.ts';

/** A document that was parsed and validated, or why not. */
export type PreparedDocument =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** Parses and validates a document by the same rules as ApolloServer does for HTTP, or finds the verdict. */
export type PrepareDocument = (query: string) => PreparedDocument;

/** Verdicts are kept for one schema: make a new one with each. */
export const createDocuments = (schema: GraphQLSchema): PrepareDocument => {
  const known = createCache<PreparedDocument>(DOCUMENTS_MAX);
  return (query) => (query.length > CACHED_DOCUMENT_LENGTH_MAX ? check(schema, query) : known.getOrMake(query, () => check(schema, query)));
};

const check = (schema: GraphQLSchema, query: string): PreparedDocument => {
  const parsed = parseDocument(query);
  if (!parsed.ok) return parsed;
  const errors = validate(schema, parsed.document, [...specifiedRules, ...OPERATION_RULES]);
  return errors.length === 0 ? parsed : { ok: false, errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
};

const parseDocument = (query: string): PreparedDocument => {
  try {
    return { ok: true, document: parse(query, { maxTokens: TOKENS_MAX }) };
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
