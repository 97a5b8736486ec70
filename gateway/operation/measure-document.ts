import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import { measureLiteral, type ValueMeasure } from './measure-value.ts';
import { deepestNesting } from './nesting.ts';

/** What selections come to when all their fragments are written out. Counts of hostile documents may be `Infinity`. */
interface Measure {
  /** A fragment that is spread twice counts twice. */
  readonly fields: number;
  readonly aliases: number;
  /** Fields within fields. */
  readonly depth: number;
  readonly rootFields: number;
  /** Root fields that are not `__schema`, `__type` or `__typename`. */
  readonly rootDataFields: number;
}

/** What is known of a document before it is validated. */
export interface DocumentMeasure {
  readonly operations: ReadonlyMap<OperationDefinitionNode, Measure>;
  /** Whether all definitions are operations and fragments. */
  readonly executable: boolean;
  /** Whether a fragment spreads itself, directly or not. */
  readonly cyclic: boolean;
  /** Whether `__schema` or `__type` is selected anywhere. */
  readonly introspects: boolean;
  /** Most fields within fields that list types or their fields, below a `__schema` or `__type`. */
  readonly introspectionLists: number;
  /** The most of any value in arguments, of fields and directives, and in defaults of variables. */
  readonly values: ValueMeasure;
}

/**
 * Measures operations with fragments followed, in time linear to the document: each fragment is measured once.
 * Cycles and unknown fragments are left to the validation.
 *
 * @throws GatewayError MAX_DEPTH_LIMIT when selections nest too deep for code that recurses over them.
 */
export function measureDocument(document: DocumentNode): DocumentMeasure {
  const meter = new Meter(document);
  const operations = new Map<OperationDefinitionNode, Measure>();
  let executable = true;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations.set(definition, meter.operation(definition));
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      // Validation visits fragments that nothing spreads as well.
      meter.fragment(definition, 1);
    } else {
      executable = false;
    }
  }
  const { cyclic, introspects, introspectionLists, values } = meter;
  return { operations, executable, cyclic, introspects, introspectionLists, values };
}

interface NestedMeasure extends Measure {
  /** Selection sets within selection sets, of fields and fragments alike. */
  readonly nesting: number;
  /** List fields of introspection within each other. */
  readonly lists: number;
}

type Sum = { -readonly [Key in keyof NestedMeasure]: number };

/** A fragment that is not there counts as one field, so that no bomb of unknown fragments counts as nothing. */
const unknownFragment: NestedMeasure = {
  fields: 1,
  aliases: 0,
  depth: 1,
  rootFields: 1,
  rootDataFields: 1,
  nesting: 1,
  lists: 0,
};

const nothing: NestedMeasure = {
  fields: 0,
  aliases: 0,
  depth: 0,
  rootFields: 0,
  rootDataFields: 0,
  nesting: 0,
  lists: 0,
};

/** What may have arguments, of itself or of its directives. */
interface Arguable {
  readonly arguments?: readonly ArgumentNode[] | undefined;
  readonly directives?: readonly DirectiveNode[] | undefined;
}

/** The list fields that lead from a type of the introspection to other types. */
const introspectionListFields: ReadonlySet<string> = new Set(['fields', 'interfaces', 'possibleTypes', 'inputFields']);

class Meter {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<FragmentDefinitionNode, NestedMeasure>();
  readonly #entered = new Set<FragmentDefinitionNode>();
  cyclic = false;
  introspects = false;
  introspectionLists = 0;
  values: ValueMeasure = { depth: 0, listLength: 0 };

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      // Of two with one name the last counts, as in graphql-js' validation.
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  operation({ variableDefinitions = [], directives, selectionSet }: OperationDefinitionNode): Measure {
    for (const definition of variableDefinitions) {
      if (definition.defaultValue !== undefined) this.#addValue(definition.defaultValue);
      this.#addArguments(definition);
    }
    this.#addArguments({ directives });
    return this.selections(selectionSet, 1);
  }

  fragment(definition: FragmentDefinitionNode, level: number): NestedMeasure {
    let measure = this.#measured.get(definition);
    if (measure === undefined) {
      if (this.#entered.has(definition)) {
        this.cyclic = true;
        return nothing;
      }
      this.#entered.add(definition);
      this.#addArguments(definition);
      measure = this.selections(definition.selectionSet, level);
      this.#entered.delete(definition);
      this.#measured.set(definition, measure);
    }
    assertNesting(level + measure.nesting - 1);
    return measure;
  }

  selections(set: SelectionSetNode, level: number): NestedMeasure {
    assertNesting(level);
    const sum: Sum = { ...nothing };
    for (const selection of set.selections) {
      this.#addArguments(selection);
      if (selection.kind === Kind.FIELD) this.#addField(sum, selection, level);
      else addFragment(sum, this.#spread(selection, level + 1));
    }
    sum.nesting += 1;
    return sum;
  }

  #spread(selection: Exclude<SelectionNode, FieldNode>, level: number): NestedMeasure {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.selections(selection.selectionSet, level);
    const definition = this.#fragments.get(selection.name.value);
    return definition === undefined ? unknownFragment : this.fragment(definition, level);
  }

  #addArguments({ arguments: args = [], directives = [] }: Arguable): void {
    for (const { value } of args) this.#addValue(value);
    for (const directive of directives) {
      for (const { value } of directive.arguments ?? []) this.#addValue(value);
    }
  }

  #addValue(value: ValueNode): void {
    const { depth, listLength } = measureLiteral(value);
    if (depth === 0) return;
    this.values = {
      depth: Math.max(depth, this.values.depth),
      listLength: Math.max(listLength, this.values.listLength),
    };
  }

  #addField(sum: Sum, field: FieldNode, level: number): void {
    const name = field.name.value;
    const inner = field.selectionSet === undefined ? nothing : this.selections(field.selectionSet, level + 1);
    const introspects = name === '__schema' || name === '__type';
    if (introspects) {
      this.introspects = true;
      this.introspectionLists = Math.max(this.introspectionLists, inner.lists);
    }
    sum.fields += 1 + inner.fields;
    sum.aliases += (field.alias === undefined ? 0 : 1) + inner.aliases;
    sum.depth = Math.max(sum.depth, 1 + inner.depth);
    sum.rootFields += 1;
    sum.rootDataFields += introspects || name === '__typename' ? 0 : 1;
    sum.nesting = Math.max(sum.nesting, inner.nesting);
    sum.lists = Math.max(sum.lists, inner.lists + (introspectionListFields.has(name) ? 1 : 0));
  }
}

function addFragment(sum: Sum, fragment: NestedMeasure): void {
  sum.fields += fragment.fields;
  sum.aliases += fragment.aliases;
  sum.depth = Math.max(sum.depth, fragment.depth);
  sum.rootFields += fragment.rootFields;
  sum.rootDataFields += fragment.rootDataFields;
  sum.nesting = Math.max(sum.nesting, fragment.nesting);
  sum.lists = Math.max(sum.lists, fragment.lists);
}

function assertNesting(nesting: number): void {
  if (nesting > deepestNesting) {
    throw new GatewayError(
      'MAX_DEPTH_LIMIT',
      `Selections and fragments are nested deeper than ${deepestNesting}. Ask for fewer levels at once.`,
    );
  }
}
