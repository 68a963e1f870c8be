import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { isIncluded } from '../execute/plan/fields.ts';
import type { Variables } from '../execute/variables.ts';

/** The document without what is skipped, and without the directives that said so. What would be left empty asks for `__typename`.
 *
 * Operations are planned in this form: a plan with conditions inside loses fields when one with a @requires is skipped, because the representation
 * for its neighbours then lacks what was not fetched for it (@apollo/query-planner 2.14). */
export const decideConditions = (document: DocumentNode, variables: Variables): DocumentNode => {
  const decide = <Node extends FieldNode | InlineFragmentNode | FragmentSpreadNode>(node: Node): Node | null | undefined => {
    if (node.directives === undefined || node.directives.length === 0) return undefined;
    if (!isIncluded(node.directives, variables)) return null;
    return { ...node, directives: node.directives.filter(({ name }) => name.value !== 'skip' && name.value !== 'include') };
  };
  return visit(document, {
    Field: { enter: decide },
    InlineFragment: { enter: decide },
    FragmentSpread: { enter: decide },
    SelectionSet: {
      leave: (set: SelectionSetNode) => (set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : undefined),
    },
  });
};

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
