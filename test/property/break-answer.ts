import { GatewayError } from '../../gateway/errors.ts';
import type { FetchResult } from '../../gateway/transport/send.ts';
import { hash } from './hash.ts';

type Data = Record<string, unknown>;

/** Spoils an answer in one of the ways in which services do; `fetch` decides in which. Never makes up a value that would fit. */
export function breakAnswer(result: FetchResult, fetch: string, hasCustomScalars: boolean): FetchResult {
  const { data } = result;
  const way = hash(`break ${fetch}`) % (hasCustomScalars ? 3 : 6);
  if (way === 0 || !data) return { data: null };
  if (way === 1) throw new GatewayError('SUBGRAPH_TIMEOUT', 'A subgraph did not answer in time.');
  if (way === 2) return fetch.includes('_entities') ? { data: shortened(data) } : {};
  const objects = objectsIn(data);
  const victim = objects[hash(fetch) % objects.length] ?? data;
  const names = Object.keys(victim);
  const name = names[hash(`name ${fetch}`) % names.length] ?? '';
  if (way === 3) delete victim[name];
  else if (way === 4) for (const one of objects) if ('__typename' in one) one['__typename'] = 'Nonsense';
  // A null may stand for a text, which this would be.
  if (way === 5 && typeof victim[name] === 'object' && victim[name] !== null) victim[name] = 'garbage';
  return result;
}

/** Lists of entities with one less. */
function shortened(data: Data): Data {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Array.isArray(value) ? value.slice(0, -1) : value]),
  );
}

function objectsIn(value: unknown): Data[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Data, ...Object.values(value).flatMap(objectsIn)];
}
