import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether an object of the type `typename` is selected by a fragment on `condition`. An interface can be the type of an object here: a
 * subgraph with @interfaceObject knows no other name for it. */
export type MatchesType = (condition: string, typename: string) => boolean;

/** Answers are remembered: there are few types, and many objects. */
export const createMatchesType = (schema: GraphQLSchema): MatchesType => {
  const known = new Map<string, Map<string, boolean>>();
  const decide = (condition: string, typename: string): boolean => {
    if (condition === typename) return true;
    const [wide, narrow] = [schema.getType(condition), schema.getType(typename)];
    return isAbstractType(wide) && (isObjectType(narrow) || isInterfaceType(narrow)) && schema.isSubType(wide, narrow);
  };
  const remember = (condition: string, typename: string): boolean => {
    const answer = decide(condition, typename);
    const answers = known.get(condition);
    if (answers === undefined) known.set(condition, new Map([[typename, answer]]));
    else answers.set(typename, answer);
    return answer;
  };
  return (condition, typename) => {
    const answer = known.get(condition)?.get(typename);
    if (answer !== undefined) return answer;
    // A subgraph may send any text as a type's name: what the schema doesn't have is not remembered.
    return schema.getType(typename) === undefined ? condition === typename : remember(condition, typename);
  };
};
