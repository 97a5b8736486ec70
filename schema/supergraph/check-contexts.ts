import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { readArgument } from './directive.ts';
import type { Problem } from './problem.ts';

/**
 * Problems of fields that take arguments from a context (`@fromContext`, https://specs.apollo.dev/join/v0.5): asked without them, their
 * subgraphs would answer something else.
 */
export function checkContexts(document: DocumentNode): readonly Problem[] {
  return document.definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    return (type.fields ?? [])
      .filter(({ directives = [] }) => directives.some(takesContext))
      .map(({ name }): Problem => {
        const coordinate = `${type.name.value}.${name.value}`;
        return {
          code: 'UNSUPPORTED_FEATURE',
          message: `${coordinate} takes an argument from a context (@fromContext), which is not supported; let clients give it, or require a field with @requires.`,
          subgraph: undefined,
          coordinate,
        };
      });
  });
}

function takesContext(directive: ConstDirectiveNode): boolean {
  if (directive.name.value !== 'join__field') return false;
  const given = readArgument(directive, 'contextArguments');
  return Array.isArray(given) && given.length > 0;
}
