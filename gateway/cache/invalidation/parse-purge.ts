import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { changedTags, namesTag, ownTag, subgraphTag, typeTag } from '../cache-tags.ts';
import { everything } from '../store/invalidations.ts';

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
 * @throws GatewayError BAD_REQUEST
 */
export function parsePurge(body: unknown): readonly string[] {
  const parsed = purge.safeParse(body);
  if (!parsed.success) {
    throw new GatewayError(
      'BAD_REQUEST',
      'The body must be an object with lists of tags, types, subgraphs or entities, such as {"entities":[{"type":"Product","key":{"upc":"1"}}]}, or {"all":true}.',
    );
  }
  const { tags, types, entities, subgraphs, all } = parsed.data;
  const wanted = [
    ...(tags.length > 0 ? [...tags.map(ownTag), namesTag] : []),
    ...types.map(typeTag),
    ...entities.flatMap(({ type, key }) => changedTags(type, key)),
    ...subgraphs.map(subgraphTag),
    ...(all === true ? [everything] : []),
  ];
  if (wanted.length === 0) throw new GatewayError('BAD_REQUEST', 'Say what is to be taken away: nothing is named.');
  if (wanted.length > purgedMost) {
    throw new GatewayError('BAD_REQUEST', `Name at most ${purgedMost} things at a time, or a type, a subgraph or all.`);
  }
  return [...new Set(wanted)];
}
