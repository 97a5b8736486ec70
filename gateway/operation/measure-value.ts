import { Kind, type ValueNode } from 'graphql';

/** How much a value of an argument or a variable holds. */
export interface ValueMeasure {
  /** Lists and input objects within each other; 0 for a plain value. */
  readonly depth: number;
  /** Values of the longest list. */
  readonly listLength: number;
}

/** Measures a value of a document, in time linear to it. A variable in it counts as a plain value. */
export function measureLiteral(value: ValueNode): ValueMeasure {
  return measure(value, (node) => {
    if (node.kind === Kind.LIST) return { inner: node.values, listLength: node.values.length };
    if (node.kind === Kind.OBJECT) return { inner: node.fields.map((field) => field.value), listLength: 0 };
    return undefined;
  });
}

/** Measures a value of JSON, in time linear to it. */
export function measureJson(value: unknown): ValueMeasure {
  return measure(value, (node) => {
    if (Array.isArray(node)) return { inner: node, listLength: node.length };
    if (typeof node === 'object' && node !== null) return { inner: Object.values(node), listLength: 0 };
    return undefined;
  });
}

/** A list or an object. */
interface Opened<Value> {
  readonly inner: readonly Value[];
  readonly listLength: number;
}

/** Goes level by level, so that no nesting can overflow the stack. */
function measure<Value>(root: Value, open: (value: Value) => Opened<Value> | undefined): ValueMeasure {
  let depth = 0;
  let listLength = 0;
  const opened = open(root);
  let level = opened === undefined ? [] : [opened];
  while (level.length > 0) {
    depth += 1;
    const next: Opened<Value>[] = [];
    for (const { inner, listLength: length } of level) {
      listLength = Math.max(listLength, length);
      for (const value of inner) {
        const below = open(value);
        if (below !== undefined) next.push(below);
      }
    }
    level = next;
  }
  return { depth, listLength };
}
