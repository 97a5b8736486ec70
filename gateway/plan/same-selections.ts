import { type DirectiveNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { printArgument } from './argument-text.ts';

/** Finds selection sets that say the same, however often a document says it. */
export class SameSelections {
  readonly #known = new Map<SelectionSetNode, SelectionSetNode>();
  readonly #byText = new Map<string, SelectionSetNode>();
  readonly #ids = new Map<SelectionSetNode, number>();

  /** The first one that says the same. */
  firstOf(set: SelectionSetNode): SelectionSetNode {
    let first = this.#known.get(set);
    if (first === undefined) {
      const text = set.selections.map((selection) => this.#describe(selection)).join('\n');
      first = this.#byText.get(text) ?? set;
      this.#byText.set(text, first);
      this.#known.set(set, first);
      if (first === set) this.#ids.set(set, this.#ids.size);
    }
    return first;
  }

  #describe(selection: SelectionNode): string {
    const directives = describeDirectives(selection.directives);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return `...${selection.name.value}${directives}`;
    const below = selection.selectionSet && `{${this.#ids.get(this.firstOf(selection.selectionSet))}}`;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return `... on ${selection.typeCondition?.name.value ?? ''}${directives}${below}`;
    }
    const { alias, name, arguments: args = [] } = selection;
    return `${alias?.value ?? ''}:${name.value}(${args.map(printArgument).join(',')})${directives}${below ?? ''}`;
  }
}

function describeDirectives(directives: readonly DirectiveNode[] = []): string {
  return directives
    .map(({ name, arguments: args = [] }) => `@${name.value}(${args.map(printArgument).join(',')})`)
    .join('');
}
