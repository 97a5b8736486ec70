import type { ObjectShape, Plan } from './plan.ts';

/** Measured, in bytes of heap: a plan with what is compiled of it. */
const planBytes = 2_000;
const fieldBytes = 1_200;
const targetBytes = 800;
const characterBytes = 2;

/** About how much memory a plan takes, with the requests and the writer that are made of it. */
export function estimatePlanBytes({ stages, answer }: Plan): number {
  let bytes = planBytes + fieldBytes * countFields(answer);
  for (const { steps } of stages) {
    for (const step of steps) {
      if (step.kind === 'attach') continue;
      for (const { text, entities } of step.apart === undefined ? [step] : [step, step.apart]) {
        bytes += characterBytes * text.length;
        for (const { targets } of entities) bytes += targetBytes * targets.length;
      }
    }
  }
  return bytes;
}

/** What several fields share is counted once. */
function countFields(shape: ObjectShape, seen: Set<ObjectShape> = new Set()): number {
  if (seen.has(shape)) return 0;
  seen.add(shape);
  let count = 0;
  for (const { fields } of shape.cases) {
    count += fields.length;
    for (const { objects } of fields) if (objects !== undefined) count += countFields(objects, seen);
  }
  return count;
}
