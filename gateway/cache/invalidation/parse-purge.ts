import { print } from 'graphql';
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { canonicalText, changedTags, namesTag, ownTag, subgraphTag, typeTag } from '../cache-tags.ts';
import { pickKey } from '../entities/graph-types.ts';
import { everything } from '../store/invalidations.ts';
import type { KeysOfEntity, ObjectsOfType } from './keys-of-entity.ts';

/** Most things that one request takes away. */
const purgedMost = 1_000;
const name = z.string().min(1).max(512);

const purge = z.strictObject({
  tags: z.array(name).default([]),
  types: z.array(name).default([]),
  entities: z.array(z.strictObject({ type: name, key: z.record(z.string(), z.unknown()) })).default([]),
  subgraphs: z.array(name).default([]),
  all: z.literal(true).optional(),
});

/**
 * The tags of what an operator wants to be taken away: `{ "tags": ["product-1"], "types": ["Product"], "entities": [{ "type": "Product",
 * "key": { "upc": "1" } }], "subgraphs": ["products"] }`, or `{ "all": true }`.
 * @throws GatewayError BAD_REQUEST, also for an entity that is not named by one of its keys, as nothing would be found by it
 */
export function parsePurge(
  body: unknown,
  keysOf: KeysOfEntity,
  objectsOf: ObjectsOfType = () => [],
): readonly string[] {
  const parsed = purge.safeParse(body);
  if (!parsed.success) {
    throw new GatewayError(
      'BAD_REQUEST',
      'The body must be an object with lists of tags, types, subgraphs or entities, such as {"entities":[{"type":"Product","key":{"upc":"1"}}]}, or {"all":true}.',
    );
  }
  const { tags, types, entities, subgraphs, all } = parsed.data;
  const count = tags.length + types.length + entities.length + subgraphs.length + Number(all === true);
  if (count === 0) throw new GatewayError('BAD_REQUEST', 'Say what is to be taken away: nothing is named.');
  if (count > purgedMost) {
    throw new GatewayError('BAD_REQUEST', `Name at most ${purgedMost} things at a time, or a type, a subgraph or all.`);
  }
  for (const entity of entities) assertKey(entity, keysOf);
  // What shows an object may not show that it belongs to an interface or a union.
  const withObjects = (type: string) => [type, ...objectsOf(type)];
  return [
    ...new Set([
      ...(tags.length > 0 ? [...tags.map(ownTag), namesTag] : []),
      ...types.flatMap(withObjects).map(typeTag),
      ...entities.flatMap(({ type, key }) => withObjects(type).flatMap((one) => changedTags(one, key))),
      ...subgraphs.map(subgraphTag),
      ...(all === true ? [everything] : []),
    ]),
  ];
}

function assertKey({ type, key }: z.output<typeof purge>['entities'][number], keysOf: KeysOfEntity): void {
  const keys = keysOf(type);
  if (keys === undefined) return;
  const text = canonicalText(key);
  if (keys.some(({ fields }) => canonicalText(pickKey(fields, key)) === text)) return;
  const names = keys.map(({ fields }) => `"${print(fields).replace(/\s+/g, ' ').slice(2, -2)}"`);
  const advice =
    names.length === 0
      ? 'it is no entity of this supergraph. Name a type, a tag, a subgraph or all.'
      : `its keys are ${names.join(', ')}. Give all fields of one of them and no others, or name the type.`;
  throw new GatewayError('BAD_REQUEST', `Nothing of the type "${type}" is found by these fields: ${advice}`);
}
