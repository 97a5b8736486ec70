import type { Plan } from '../../../gateway/plan/plan.ts';

/** All of a plan as text; what is in it several times is written once. */
export function toPlanText(plan: Plan): string {
  const seen = new Map<unknown, number>();
  return JSON.stringify(plan, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    const number = seen.get(value);
    if (number !== undefined) return `as ${number}`;
    seen.set(value, seen.size);
    return value;
  });
}
