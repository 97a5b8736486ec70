import { append } from './append.ts';
import type { Origin, PlannedField } from './draft.ts';
import { originsOf } from './origins-of.ts';

/** What must have been fetched before, each once; to be asked when all is drafted. */
export function dependenciesOf(origin: Origin): readonly Origin[] {
  if (origin.kind === 'root') return none;
  let found: Origin[] | undefined;
  if (origin.kind === 'attach') {
    for (const one of origin.after) found = add(found, one);
  } else {
    for (const planned of origin.key) found = addOriginsOf(planned, found);
    for (const planned of origin.required) found = addOriginsOf(planned, found);
    for (const { position } of origin.objects) found = add(found, position.primary?.origin);
  }
  for (const { tellers } of origin.objects) for (const teller of tellers) found = add(found, teller);
  return found ?? none;
}

const none: readonly Origin[] = [];

function addOriginsOf(planned: PlannedField, found: Origin[] | undefined): Origin[] | undefined {
  if (planned.below === undefined) return add(found, planned.origin);
  let all = found;
  for (const origin of originsOf(planned)) all = add(all, origin);
  return all;
}

/** There are few. */
function add(found: Origin[] | undefined, origin: Origin | undefined): Origin[] | undefined {
  return origin === undefined || found?.includes(origin) === true ? found : append(found, origin);
}
