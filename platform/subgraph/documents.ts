import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, type OperationTypeNode, parse, validate } from 'graphql';
import { type ErrorCode, FanfareError } from '#platform/errors.ts';
import { checkLiterals } from './input.ts';
import type { SubgraphRequest } from './transport.ts';

/** Documents kept parsed and validated. The gateway's plans are few; a flood of different ones pushes out the oldest. */
const DOCUMENTS_MAX = 2_000;
/** Longer documents are parsed but not kept. */
const CACHED_DOCUMENT_LENGTH_MAX = 64 * 1_024;
/** A document may have this many tokens: parsing is bounded, and so is what follows. */
const DOCUMENT_TOKENS_MAX = 20_000;

/** A document that may be executed, or what is wrong with it. */
export type CheckedDocument =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly (GraphQLError | FanfareError)[] };

/** Parses and validates each document once. */
export interface DocumentCache {
  check(request: SubgraphRequest): CheckedDocument;
}

/** A bounded cache for one schema. */
export const createDocumentCache = (schema: GraphQLSchema): DocumentCache => {
  const known = new Map<string, CheckedDocument>();
  const check = (request: SubgraphRequest): CheckedDocument => {
    const cached = known.get(request.query);
    if (cached !== undefined) return cached;
    const checked = checkDocument(schema, request);
    if (!checked.ok || request.query.length > CACHED_DOCUMENT_LENGTH_MAX) return checked;
    if (known.size >= DOCUMENTS_MAX) known.delete(known.keys().next().value ?? '');
    known.set(request.query, checked);
    return checked;
  };
  return { check };
};

/** What an operation is. Throws FanfareError OPERATION_RESOLUTION_FAILURE when the document has none of that name, or several and no name is given. */
export const operationTypeOf = (document: DocumentNode, operationName: string | undefined): OperationTypeNode => {
  const operation = getOperationAST(document, operationName);
  if (operation) return operation.operation;
  const which =
    operationName === undefined
      ? 'has several operations, or none: send operationName'
      : `has no operation ${JSON.stringify(operationName)}`;
  throw new FanfareError('OPERATION_RESOLUTION_FAILURE', `The document ${which}.`);
};

const checkDocument = (schema: GraphQLSchema, request: SubgraphRequest): CheckedDocument => {
  let document: DocumentNode;
  try {
    document = request.document ?? parse(request.query, { maxTokens: DOCUMENT_TOKENS_MAX });
  } catch (error) {
    if (error instanceof GraphQLError) return { ok: false, errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
    throw error;
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return { ok: false, errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  try {
    checkLiterals(document);
  } catch (error) {
    if (error instanceof FanfareError) return { ok: false, errors: [error] };
    throw error;
  }
  return { ok: true, document };
};

const withCode = (error: GraphQLError, code: ErrorCode): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });
