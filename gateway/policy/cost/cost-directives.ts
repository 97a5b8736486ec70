import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
} from 'graphql';
import { readArgument } from '../../../schema/supergraph/directive.ts';
import { readFeatures } from '../../../schema/supergraph/features.ts';
import { parseSdl } from '../../../schema/supergraph/parse-sdl.ts';

const costIdentity = 'https://specs.apollo.dev/cost';

/** What `@listSize` says of a field. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that bound the list, or fields of input objects below them, such as `page.first`. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that hold the list; none when the field itself does. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What a supergraph says of costs, by coordinate: `T`, `T.f`, `T.f(a:)`. */
export interface CostDirectives {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/**
 * Reads `@cost` and `@listSize` of a supergraph, by the names that it gives them.
 * @see https://ibm.github.io/graphql-specs/cost-spec.html
 */
export function readCostDirectives(sdl: string): CostDirectives {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const parsed = parseSdl(sdl);
  if (parsed.kind === 'failed') return { weights, listSizes };
  const names = readNames(readFeatures(parsed.document).find(({ identity }) => identity === costIdentity));
  const add = (coordinate: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      if (directive.name.value === names.cost) {
        const weight = Number(readArgument(directive, 'weight'));
        if (Number.isFinite(weight)) weights.set(coordinate, weight);
      }
      if (directive.name.value === names.listSize) listSizes.set(coordinate, toListSize(directive));
    }
  };
  const addInputs = (inputs: readonly InputValueDefinitionNode[] = [], toCoordinate: (name: string) => string) => {
    for (const input of inputs) add(toCoordinate(input.name.value), input.directives);
  };
  for (const node of parsed.document.definitions) {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
    const type = node.name.value;
    add(type, node.directives);
    for (const field of 'fields' in node ? (node.fields ?? []) : []) {
      const coordinate = `${type}.${field.name.value}`;
      add(coordinate, field.directives);
      if ('arguments' in field) addInputs(field.arguments, (name) => `${coordinate}(${name}:)`);
    }
  }
  return { weights, listSizes };
}

/** What the feature does not import is called `prefix__name`, but for the directive that the feature is named after. */
function readNames(feature: ReturnType<typeof readFeatures>[number] | undefined) {
  if (feature === undefined) return { cost: 'cost', listSize: 'listSize' };
  const { imports, prefix } = feature;
  return {
    cost: imports.get('@cost')?.slice(1) ?? prefix,
    listSize: imports.get('@listSize')?.slice(1) ?? `${prefix}__listSize`,
  };
}

function toListSize(directive: DirectiveNode): ListSize {
  const assumed = readArgument(directive, 'assumedSize');
  return {
    assumedSize: typeof assumed === 'number' ? Math.max(0, assumed) : undefined,
    slicingArguments: toNames(readArgument(directive, 'slicingArguments')),
    sizedFields: toNames(readArgument(directive, 'sizedFields')),
    requireOneSlicingArgument: readArgument(directive, 'requireOneSlicingArgument') !== false,
  };
}

function toNames(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((name): name is string => typeof name === 'string');
}
