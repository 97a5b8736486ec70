import { type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import { z } from 'zod';
import { readArgument } from '../../../supergraph/directive.ts';
import { namedType } from '../../named-type.ts';
import { createLintRule } from '../lint-rule.ts';
import type { LintedSchema } from '../linted-schema.ts';

/** Fields that hold the list of what a field with a slicing argument answers (https://relay.dev/graphql/connections.htm). */
const connectionLists = ['edges', 'nodes', 'items'];

export const listSizeRequired = createLintRule({
  id: 'list-size-required',
  defaultSeverity: 'warn',
  summary: 'Lists of objects have @listSize or an argument that limits them: else nobody knows what they cost.',
  options: z.strictObject({
    slicingArguments: z.array(z.string()).default(['first', 'last', 'limit', 'take', 'size', 'pageSize']),
  }),
  *check(schema, { slicingArguments }) {
    const isSliced = (field: FieldDefinitionNode) =>
      field.arguments?.some(({ name }) => slicingArguments.includes(name.value)) === true;
    const sized = sizedElsewhere(schema, isSliced);
    for (const { node, coordinate } of schema.elements) {
      if (node.kind !== Kind.FIELD_DEFINITION || !isList(node.type)) continue;
      const kind = schema.types.get(namedType(node.type))?.kind;
      if (kind !== 'object' && kind !== 'abstract') continue;
      if (sized.has(coordinate) || isSliced(node) || schema.applied(node, 'listSize').length > 0) continue;
      const message = `${coordinate} may answer a list of any length; add @listSize or an argument such as ${slicingArguments[0] ?? 'first'}.`;
      yield { node, coordinate, message };
    }
  },
});

/** The lists whose size the field above them gives. */
function sizedElsewhere(
  { elements, applied }: LintedSchema,
  isSliced: (field: FieldDefinitionNode) => boolean,
): ReadonlySet<string> {
  const sized = new Set<string>();
  for (const { node } of elements) {
    if (node.kind !== Kind.FIELD_DEFINITION) continue;
    const told = applied(node, 'listSize').flatMap((directive) => readArgument(directive, 'sizedFields') ?? []);
    for (const name of [...told, ...(isSliced(node) ? connectionLists : [])])
      sized.add(`${namedType(node.type)}.${name}`);
  }
  return sized;
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.LIST_TYPE);
}
