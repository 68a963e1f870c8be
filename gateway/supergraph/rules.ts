import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { isCleanText } from '#platform/text.ts';
import { ALIASES_MAX, DEPTH_MAX, DIRECTIVES_MAX, FIELDS_MAX, ROOT_FIELDS_MAX, TOKENS_MAX } from '../limits.ts';

/** Names that begin so are the gateway's own: fields that it adds to an upstream subscription and takes out again. */
export const HIDDEN_PREFIX = 'fanfare__';

/** How large a selection is once its fragments are spread out. */
interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
}

/** How large an operation may be, once its fragments are spread out. */
export interface OperationLimits extends Size {
  /** Tokens of its document. */
  readonly tokens: number;
  readonly rootFields: number;
}

/** What the product allows. */
export const PRODUCT_LIMITS: OperationLimits = {
  tokens: TOKENS_MAX,
  depth: DEPTH_MAX,
  fields: FIELDS_MAX,
  aliases: ALIASES_MAX,
  directives: DIRECTIVES_MAX,
  rootFields: ROOT_FIELDS_MAX,
};

/** Refuses operations that are deeper or larger than the limits, with COST_EXCEEDED. Introspection is not counted. */
const sizeRule =
  (limits: OperationLimits): ValidationRule =>
  (context) => {
    const fragments = new Map<string, Size>();
    return {
      OperationDefinition: (operation: OperationDefinitionNode) => {
        const size = joined(applied(operation), sizeOf(operation.selectionSet, context, fragments));
        const tooMuch = excess(size, rootFieldsIn(operation.selectionSet, context, new Set()), limits);
        if (tooMuch !== null)
          context.reportError(new GraphQLError(tooMuch, { nodes: operation, extensions: { fanfareCode: 'COST_EXCEEDED' } }));
        return false;
      },
    } satisfies ASTVisitor;
  };

const excess = (size: Size, rootFields: number, limits: OperationLimits): string | null => {
  if (size.depth > limits.depth) return `The operation is ${size.depth} levels deep; the limit is ${limits.depth}. Ask for less at once.`;
  if (size.fields > limits.fields)
    return `The operation selects ${size.fields} fields; the limit is ${limits.fields}. Ask for less at once.`;
  if (size.aliases > limits.aliases)
    return `The operation has ${size.aliases} aliases; the limit is ${limits.aliases}. Ask for less at once.`;
  if (size.directives > limits.directives)
    return `The operation has ${size.directives} directives; the limit is ${limits.directives}. Decide more on your side.`;
  return rootFields > limits.rootFields
    ? `The operation has ${rootFields} root fields; the limit is ${limits.rootFields}. Send several operations.`
    : null;
};

/** Fields that are asked of the root, those in fragments among them. A fragment asks once, however often it is spread. */
const rootFieldsIn = ({ selections }: SelectionSetNode, context: ValidationContext, spread: Set<string>): number =>
  selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) return sum + rootFieldsIn(selection.selectionSet, context, spread);
    const name = selection.name.value;
    const fragment = spread.has(name) ? undefined : context.getFragment(name);
    spread.add(name);
    return fragment ? sum + rootFieldsIn(fragment.selectionSet, context, spread) : sum;
  }, 0);

const NOTHING: Size = { depth: 0, fields: 0, aliases: 0, directives: 0 };

// Each fragment is measured once, so the work grows with the document and not with what it spreads out to. A fragment that
// spreads itself counts as nothing here: another rule refuses it.
const sizeOf = (selectionSet: SelectionSetNode, context: ValidationContext, known: Map<string, Size>): Size =>
  selectionSet.selections.reduce<Size>((before, selection) => {
    const sum = joined(before, applied(selection));
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value.startsWith('__')) return sum;
      const inner = selection.selectionSet === undefined ? NOTHING : sizeOf(selection.selectionSet, context, known);
      const aliases = inner.aliases + (selection.alias === undefined ? 0 : 1);
      return joined(sum, { ...inner, depth: inner.depth + 1, fields: inner.fields + 1, aliases });
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return joined(sum, sizeOf(selection.selectionSet, context, known));
    const fragment = context.getFragment(selection.name.value);
    return fragment ? joined(sum, sizeOfFragment(fragment, context, known)) : sum;
  }, NOTHING);

const sizeOfFragment = (fragment: FragmentDefinitionNode, context: ValidationContext, known: Map<string, Size>): Size => {
  const name = fragment.name.value;
  const measured = known.get(name);
  if (measured !== undefined) return measured;
  known.set(name, NOTHING);
  const size = joined(applied(fragment), sizeOf(fragment.selectionSet, context, known));
  known.set(name, size);
  return size;
};

const joined = (left: Size, right: Size): Size => ({
  depth: Math.max(left.depth, right.depth),
  fields: left.fields + right.fields,
  aliases: left.aliases + right.aliases,
  directives: left.directives + right.directives,
});

const applied = ({ directives = [] }: { readonly directives?: readonly unknown[] | undefined }): Size =>
  directives.length === 0 ? NOTHING : { ...NOTHING, directives: directives.length };

/** Refuses names that the gateway keeps for itself. */
const hiddenNamesRule: ValidationRule = (context) => {
  const refuse = (name: string): void => {
    if (!name.startsWith(HIDDEN_PREFIX) && !name.startsWith('__')) return;
    context.reportError(
      new GraphQLError(`The name ${JSON.stringify(name)} is reserved: names must not begin with "__" or "${HIDDEN_PREFIX}".`),
    );
  };
  return {
    Field: (field) => {
      if (field.alias !== undefined) refuse(field.alias.value);
    },
    VariableDefinition: ({ variable }) => refuse(variable.name.value),
  };
};

/** Refuses texts in a document that no text column can hold. Variables are checked apart from it, per request. */
const textRule: ValidationRule = (context) => ({
  StringValue: (node) => {
    if (isCleanText(node.value)) return;
    const message = 'A text in the document contains a NUL character or a lone surrogate (half of a character). Remove it.';
    context.reportError(new GraphQLError(message, { nodes: node, extensions: { fanfareCode: 'BAD_USER_INPUT' } }));
  },
});

/** The gateway's own rules, beside those of the specification. An error's code is in its extensions. */
export const operationRules = (limits: OperationLimits): readonly ValidationRule[] => [sizeRule(limits), hiddenNamesRule, textRule];
