import type { ScalarName } from './scalars.ts';
import type { Definition, Field, RootField, TypeRef } from './schema-model.ts';

/** The types that root fields lead to: what an SDL has to define. */
export interface ReachableTypes {
  readonly definitions: ReadonlySet<number>;
  readonly scalars: ReadonlySet<ScalarName>;
}

/** Follows all fields, arguments, members and interfaces. */
export function findReachable(roots: readonly RootField[], definitions: readonly Definition[]): ReachableTypes {
  const found = new Set<number>();
  const scalars = new Set<ScalarName>();
  const waiting: number[] = [];
  const add = (id: number) => {
    if (found.has(id)) return;
    found.add(id);
    waiting.push(id);
  };
  const visit = (type: TypeRef) => {
    let inner = type;
    while (inner.kind === 'list') inner = inner.item;
    if (inner.kind === 'named') add(inner.id);
    else scalars.add(inner.name);
  };
  const visitAll = (fields: readonly Field[]) => {
    for (const { type } of fields) visit(type);
  };
  visitAll(roots);
  for (const root of roots) visitAll(root.arguments);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const definition = definitions[id];
    if (definition === undefined || definition.kind === 'enum') continue;
    if (definition.kind !== 'union') visitAll(definition.fields);
    if (definition.kind === 'union' || definition.kind === 'interface')
      for (const member of definition.members) add(member);
    if (definition.kind === 'object') for (const parent of definition.interfaces) add(parent);
  }
  return { definitions: found, scalars };
}
