import {
  type ASTNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { CaseOperation } from '../case.ts';
import { withoutNode } from './without-node.ts';

/** Operations with less in them; they may be invalid. */
export function* smallerOperations({ text, variables, others, ...rest }: CaseOperation): Generator<CaseOperation> {
  const document = parse(text, { noLocation: true });
  for (const smaller of withoutNode(document, standInsFor(document, variables))) {
    const clean = withoutUnused(smaller);
    const declared = declaredIn(clean);
    const trim = (values: CaseOperation['variables']) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => declared.has(name)));
    yield {
      ...rest,
      text: print(clean),
      variables: trim(variables),
      ...(others === undefined || declared.size === 0 ? {} : { others: trim(others) }),
    };
  }
}

const typename: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

function standInsFor(document: DocumentNode, variables: CaseOperation['variables']) {
  return (node: ASTNode, parent: ASTNode | readonly ASTNode[] | undefined): readonly (ASTNode | null)[] => {
    switch (node.kind) {
      case Kind.FIELD: {
        const standIns: (ASTNode | null)[] = isSole(parent) ? [] : [null];
        const { selectionSet } = node;
        if (selectionSet !== undefined && print(selectionSet) !== print(typename)) {
          standIns.push({ ...node, selectionSet: typename });
        }
        const { alias, ...bare } = node;
        if (alias !== undefined) standIns.push(bare);
        return standIns;
      }
      case Kind.FRAGMENT_SPREAD: {
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
        );
        if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return [];
        const { typeCondition, selectionSet } = fragment;
        const inline: SelectionNode = {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          selectionSet,
          directives: node.directives ?? [],
        };
        return isSole(parent) ? [inline] : [null, inline];
      }
      case Kind.INLINE_FRAGMENT: {
        const { typeCondition, ...plain } = node;
        const bare = typeCondition === undefined ? [] : [plain];
        return isSole(parent) ? bare : [null, ...bare];
      }
      case Kind.SELECTION_SET: {
        // Fragments without a condition of their own come apart into what they hold.
        const flat = node.selections.flatMap((one) =>
          one.kind === Kind.INLINE_FRAGMENT && (one.directives ?? []).length === 0
            ? one.selectionSet.selections
            : [one],
        );
        return flat.length === node.selections.length && flat.every((one, index) => one === node.selections[index])
          ? []
          : [{ ...node, selections: flat }];
      }
      case Kind.DIRECTIVE:
      case Kind.ARGUMENT:
      case Kind.OBJECT_FIELD:
        return [null];
      case Kind.VARIABLE: {
        const isDeclaration = parent !== undefined && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION;
        const value = variables[node.name.value];
        const isSimple = typeof value === 'boolean' || typeof value === 'number' || value === null;
        if (isDeclaration || !isSimple) return [];
        const [literal] = parse(`{f(a: ${value})}`, { noLocation: true }).definitions;
        return literal?.kind === Kind.OPERATION_DEFINITION ? literalsOf(literal.selectionSet.selections) : [];
      }
      default:
        return [];
    }
  };
}

function literalsOf(selections: readonly SelectionNode[]): readonly ASTNode[] {
  return selections.flatMap((one) => (one.kind === Kind.FIELD ? (one.arguments ?? []).map(({ value }) => value) : []));
}

function isSole(siblings: ASTNode | readonly ASTNode[] | undefined): boolean {
  return !Array.isArray(siblings) || siblings.length === 1;
}

function withoutUnused(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  for (let size = -1; size !== used.size; ) {
    size = used.size;
    for (const definition of document.definitions) {
      const isUsed =
        definition.kind === Kind.OPERATION_DEFINITION ||
        (definition.kind === Kind.FRAGMENT_DEFINITION && used.has(definition.name.value));
      if (isUsed) visit(definition, { FragmentSpread: ({ name }) => void used.add(name.value) });
    }
  }
  const definitions = document.definitions.filter(
    (one) => one.kind !== Kind.FRAGMENT_DEFINITION || used.has(one.name.value),
  );
  const spoken = new Set<string>();
  visit(
    { ...document, definitions },
    {
      Variable({ name }, _key, parent) {
        const isDeclaration = parent !== undefined && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION;
        if (!isDeclaration) spoken.add(name.value);
      },
    },
  );
  return visit(
    { ...document, definitions },
    {
      VariableDefinition: ({ variable }) => (spoken.has(variable.name.value) ? undefined : null),
    },
  );
}

function declaredIn(document: DocumentNode): ReadonlySet<string> {
  const declared = new Set<string>();
  visit(document, { VariableDefinition: ({ variable }) => void declared.add(variable.name.value) });
  return declared;
}
