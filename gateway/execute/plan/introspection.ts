import {
  type ASTNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Variables } from '../variables.ts';
import type { Data } from './run.ts';

export interface IntrospectionQuestion {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The operation's fields that begin with `__schema` and `__type`. */
  readonly fields: readonly FieldNode[];
}

/** Answers introspection of the API schema: no subgraph knows it. */
export const answerIntrospection = ({ schema, operation, fragments, fields }: IntrospectionQuestion, variables: Variables): Data => {
  const used = new Set([...fields, ...Object.values(fragments)].flatMap(variablesOf));
  const { data, errors } = executeSync({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          ...operation,
          directives: [],
          variableDefinitions: operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [],
          selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
        },
        ...Object.values(fragments),
      ],
    },
    variableValues: { ...variables },
  });
  const [error] = errors ?? [];
  if (error !== undefined) throw error;
  return data ?? {};
};

/** Names of the variables in a part of a document. */
export const variablesOf = (node: ASTNode): string[] => {
  const names: string[] = [];
  visit(node, { Variable: ({ name }) => void names.push(name.value) });
  return names;
};
