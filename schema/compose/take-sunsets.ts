import { type DefinitionNode, type DirectiveDefinitionNode, type DocumentNode, Kind } from 'graphql';
import { readString } from '../supergraph/directive.ts';
import { directivesOf, type ElementNode, elementsOf, withDirectives } from '../supergraph/elements.ts';
import type { Problem } from '../supergraph/problem.ts';
import { isSunsetDate, sunsetOf } from '../supergraph/sunset.ts';

/** A subgraph's document without `@sunset`, and what it said. */
interface TakenSunsets {
  readonly document: DocumentNode;
  /** Dates by coordinate. */
  readonly sunsets: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/**
 * Takes the `@sunset` directives out of a subgraph, for `putSunsets` to put them into the supergraph: composition drops, or
 * refuses, what it does not know. A document that defines another `@sunset`, or composes it itself, is left alone.
 */
export function takeSunsets(subgraph: string, document: DocumentNode): TakenSunsets {
  const sunsets = new Map<string, string>();
  const problems: Problem[] = [];
  if (!isOurs(document)) return { document, sunsets, problems };
  const bare = new Map<ElementNode, ReturnType<typeof directivesOf>>();
  for (const { coordinate, node } of elementsOf(document)) {
    const on = sunsetOf(node);
    if (on === undefined) continue;
    bare.set(
      node,
      directivesOf(node).filter(({ name }) => name.value !== 'sunset'),
    );
    const flaw = flawOf(node, on);
    if (flaw === undefined) sunsets.set(coordinate, on);
    else problems.push({ code: 'INVALID_SUNSET', message: `${coordinate}: ${flaw}`, subgraph, coordinate });
  }
  const definitions = document.definitions.filter((node) => !isSunsetDefinition(node));
  const kept = definitions.length === document.definitions.length ? document : { ...document, definitions };
  return { document: withDirectives(kept, bare), sunsets, problems };
}

function isOurs(document: DocumentNode): boolean {
  return document.definitions.every((node) => {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      const composed = node.directives?.filter(({ name }) => /(^|__)composeDirective$/.test(name.value)) ?? [];
      return composed.every((directive) => readString(directive, 'name') !== '@sunset');
    }
    return !isSunsetDefinition(node) || node.arguments?.some(({ name }) => name.value === 'on') === true;
  });
}

function isSunsetDefinition(node: DefinitionNode): node is DirectiveDefinitionNode {
  return node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'sunset';
}

function flawOf(node: ElementNode, on: string): string | undefined {
  const isMember =
    node.kind === Kind.FIELD_DEFINITION ||
    node.kind === Kind.INPUT_VALUE_DEFINITION ||
    node.kind === Kind.ENUM_VALUE_DEFINITION;
  if (!isMember) return '@sunset may stand at fields, arguments, input fields and enum values; move it there.';
  if (isSunsetDate(on)) return undefined;
  return `${JSON.stringify(on.slice(0, 40))} is no day of the calendar; write @sunset(on: "2027-01-31").`;
}
