import { type DefinitionNode, parse } from 'graphql';
import { createDirective, readString } from './directive.ts';
import { directivesOf, type ElementNode } from './elements.ts';

/** The identity of the feature that the directive is. */
export const sunsetIdentity = 'https://overlock.dev/sunset';

/** Names the directive in a supergraph. It has no purpose (`for:`), so other routers may read the SDL and ignore it. */
export const sunsetFeature = createDirective('link', { url: `${sunsetIdentity}/v0.1` });

/**
 * The day from which on something deprecated may be gone, such as `@sunset(on: "2027-01-31")`. Subgraphs use it without more
 * ceremony; those that want to may define it. A registry that saw it come adds since when it is deprecated.
 */
export const sunsetDefinitions: readonly DefinitionNode[] = parse(
  'directive @sunset(on: String!, since: String) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE',
  { noLocation: true },
).definitions;

/** The date that `@sunset` gives an element; empty when it gives none, `undefined` where there is no `@sunset`. */
export function sunsetOf(node: ElementNode): string | undefined {
  const directive = directivesOf(node).find(({ name }) => name.value === 'sunset');
  return directive && (readString(directive, 'on') ?? '');
}

/** Whether a text is a day of the calendar, written `2027-01-31`. */
export function isSunsetDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // The 31st of February is read as a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
