import { type DefinitionNode, type DocumentNode, Kind } from 'graphql';
import { createDirective } from '../supergraph/directive.ts';
import { directivesOf, type ElementNode, elementsOf, withDirectives } from '../supergraph/elements.ts';
import { readFeatures } from '../supergraph/features.ts';
import { sunsetDefinitions, sunsetFeature, sunsetIdentity, sunsetOf } from '../supergraph/sunset.ts';

/**
 * Puts the `@sunset` of subgraphs, dates by coordinate, into what was composed of them. Where several name a day, the first
 * one counts: from then on the field may fail. `sinceOf` knows of some since which day they are deprecated.
 */
export function putSunsets(
  composed: DocumentNode,
  taken: readonly ReadonlyMap<string, string>[],
  sinceOf: (coordinate: string) => string | undefined,
): DocumentNode {
  const sunsets = new Map<string, string>();
  for (const [coordinate, on] of taken.flatMap((some) => [...some])) {
    const known = sunsets.get(coordinate);
    if (known === undefined || on < known) sunsets.set(coordinate, on);
  }
  if (sunsets.size === 0) return composed;
  // Who defines it otherwise has no place for the day.
  const isOurs = !isDefined(composed);
  const directives = new Map<ElementNode, ReturnType<typeof directivesOf>>();
  for (const { coordinate, node } of elementsOf(composed)) {
    const on = sunsets.get(coordinate);
    if (on === undefined || sunsetOf(node) !== undefined) continue;
    const since = isOurs ? sinceOf(coordinate) : undefined;
    const sunset = createDirective('sunset', { on, ...(since !== undefined && { since }) });
    directives.set(node, [...directivesOf(node), sunset]);
  }
  const document = withDirectives(composed, directives);
  return { ...document, definitions: withFeature(document) };
}

function withFeature(document: DocumentNode): readonly DefinitionNode[] {
  const { definitions } = document;
  if (isDefined(document)) return definitions;
  const isLinked = readFeatures(document).some(({ identity }) => identity === sunsetIdentity);
  return definitions.flatMap((node): readonly DefinitionNode[] => {
    if (node.kind !== Kind.SCHEMA_DEFINITION) return [node];
    const links = isLinked ? [] : [sunsetFeature];
    return [{ ...node, directives: [...(node.directives ?? []), ...links] }, ...sunsetDefinitions];
  });
}

function isDefined({ definitions }: DocumentNode): boolean {
  return definitions.some((node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'sunset');
}
