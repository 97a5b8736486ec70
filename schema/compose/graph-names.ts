import type { Subgraph } from '../subgraph/subgraph.ts';
import type { Problem } from '../supergraph/problem.ts';

/** Refuses names that no value of the enum `join__Graph` can be made of, and those that would make the same value. */
export function checkGraphNames(subgraphs: readonly Subgraph[]): readonly Problem[] {
  const problems: Problem[] = [];
  const holders = new Map<string, string>();
  for (const { name } of subgraphs) {
    const problem = (code: string, message: string) =>
      problems.push({ code, message, subgraph: name, coordinate: undefined });
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
      problem(
        'INVALID_SUBGRAPH_NAME',
        `Subgraph "${name}" needs a name that starts with a letter and has only letters, digits, - and _.`,
      );
      continue;
    }
    const id = toGraphId(name);
    const holder = holders.get(id);
    if (holder === undefined) holders.set(id, name);
    else if (holder === name) problem('SUBGRAPH_NAME_COLLISION', `There are two subgraphs named ${name}; rename one.`);
    else
      problem(
        'SUBGRAPH_NAME_COLLISION',
        `Subgraphs ${holder} and ${name} would both be ${id} in the supergraph; rename one.`,
      );
  }
  return problems;
}

// The words of `ourService`, `HTTPService` and `our-service` end where composition ends them.
function toGraphId(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}
