import { type ConstDirectiveNode, Kind, type SelectionSetNode } from 'graphql';
import type { CacheGraph } from './cache-graph.ts';
import { type FieldPolicy, noFieldLimits } from './cache-model.ts';
import { parseFieldSet } from './entities/graph-types.ts';
import { policyOfSelections } from './entities/selection-policy.ts';

/** What the fields allow that a field is computed from. */
export type RequiredPolicies = (type: string, field: string) => FieldPolicy;

/** Finds out what `@requires` has fields computed from, which are no fresher than that, and for nobody else. */
export function createRequiredPolicies(graph: CacheGraph): RequiredPolicies {
  if (!graph.hasRequires) return () => noFieldLimits;
  const known = new Map<string, FieldPolicy>();
  const requiredOf: RequiredPolicies = (type, field) => {
    const coordinate = `${type}.${field}`;
    const found = known.get(coordinate);
    if (found !== undefined) return found;
    // What requires itself in a circle says no more than it has said.
    known.set(coordinate, noFieldLimits);
    let whole = noFieldLimits;
    for (const one of graph.types.allOf(type)) {
      for (const set of requiresOf(graph, one, field)) whole = policyOfSelections(one, set, whole, options);
    }
    known.set(coordinate, whole);
    return whole;
  };
  const options = { types: graph.types, model: graph.model, fragments: new Map(), requiredOf };
  return requiredOf;
}

function requiresOf({ types }: CacheGraph, type: string, field: string): readonly SelectionSetNode[] {
  return (types.fieldOf(type, field)?.astNode?.directives ?? []).flatMap((directive) => {
    const text = directive.name.value === 'join__field' ? argumentOf(directive, 'requires') : undefined;
    return text === undefined ? [] : [parseFieldSet(text)];
  });
}

function argumentOf({ arguments: args = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = args.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
