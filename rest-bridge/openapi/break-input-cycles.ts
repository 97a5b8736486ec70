import type { Definition, InputDefinition } from './schema-model.ts';

/**
 * Makes one field nullable in every circle of inputs that all need each other, which no value could satisfy
 * (https://spec.graphql.org/October2021/#sec-Input-Objects.Circular-References).
 */
export function breakInputCycles(definitions: readonly Definition[]): void {
  const state = new Map<number, 'open' | 'done'>();
  for (const root of definitions) {
    if (root.kind !== 'input' || state.has(root.id)) continue;
    const stack = [{ input: root, next: 0 }];
    state.set(root.id, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const field = top.input.fields[top.next++];
      if (!field) {
        state.set(top.input.id, 'done');
        stack.pop();
        continue;
      }
      const target = field.nonNull && field.type.kind === 'named' ? inputAt(definitions, field.type.id) : undefined;
      if (!target || state.get(target.id) === 'done') continue;
      if (state.get(target.id) === 'open') field.nonNull = false;
      else {
        state.set(target.id, 'open');
        stack.push({ input: target, next: 0 });
      }
    }
  }
}

function inputAt(definitions: readonly Definition[], id: number): InputDefinition | undefined {
  const definition = definitions[id];
  return definition?.kind === 'input' ? definition : undefined;
}
