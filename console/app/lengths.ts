import { choice } from './parts.ts';

const lengths = [
  ['600000', '10 minutes'],
  ['3600000', '1 hour'],
  ['86400000', '1 day'],
  ['604800000', '1 week'],
  ['2592000000', '30 days'],
] as const;

/** Chooses for how long something is to last; `forever` is what it is called that it lasts until somebody ends it. */
export function lengthChoice(chosen: (typeof lengths)[number][0] | '', forever: string) {
  const select = choice([...lengths, ['', forever]], chosen);
  return {
    element: select,
    /** `undefined` when it lasts until somebody ends it. */
    lifetimeMs: () => (select.value === '' ? undefined : Number(select.value)),
  };
}
