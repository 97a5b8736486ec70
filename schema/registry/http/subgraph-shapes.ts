import { z } from '@hono/zod-openapi';
import type { Subgraph } from '../../subgraph/subgraph.ts';
import { Refusal } from '../refusal.ts';
import { teamName } from './name-shapes.ts';

/** A subgraph with more SDL than this was not written by anybody; the largest known supergraphs have half of it. */
const sdlMaxLength = 8 * 1024 * 1024;

/** Quoted in JSON an SDL may be twice as long. */
export const subgraphMaxBytes = 2 * sdlMaxLength;

const word = z.string().min(1).max(200);

const entityLookup = z.strictObject({
  key: word.describe('The key field.'),
  field: word.describe('The query field that loads them.'),
  argument: word.describe('Its argument that takes the key, or the list of keys.'),
  list: z.boolean().default(false).describe('Whether the argument takes many keys and the field answers a list.'),
});

const base = (number: z.ZodInt) =>
  number.min(0).describe('The version that it was made for; refused with STALE_BASE when there is a later one.');

/** What is said with every change of a variant. */
export const noteShape = {
  message: z.string().max(10_000).optional().describe('What there is to say about it.'),
  revision: z.string().max(200).optional().describe("The commit of the team's repository."),
  base: base(z.int()).optional(),
};

const allowBreaking = (flag: z.ZodBoolean) =>
  flag.describe('Whether breaking changes pass where no usage was recorded that could tell whom they break.');

/** What is said with every change that is weighed. */
export const weighedNoteShape = { ...noteShape, allowBreaking: allowBreaking(z.boolean()).optional() };

/** The same in a query. */
export const weighedNoteQuery = z.object({
  ...noteShape,
  base: z.coerce.number().pipe(base(z.int())).optional(),
  allowBreaking: z.stringbool().pipe(allowBreaking(z.boolean())).optional(),
});

/** A subgraph that is published or checked. */
export const subgraphBody = z
  .strictObject({
    kind: z.enum(['federation', 'graphql', 'rest']).default('federation'),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .max(2_000)
      .describe('Where it answers; the base URL for REST.'),
    sdl: z.string().describe('Its schema; with @rest for REST.'),
    entities: z.record(word, entityLookup).optional().describe('By type, for services without federation.'),
    maxConcurrency: z.int().min(1).max(10_000).optional().describe('Most calls in flight for one operation, for REST.'),
    team: teamName.optional().describe('The team that a new subgraph is to belong to.'),
    ...weighedNoteShape,
  })
  .openapi('SubgraphToCheck');

/** A subgraph of a version. */
export const publishedSubgraphShape = z
  .object({
    ...subgraphBody.pick({ kind: true, url: true, sdl: true, entities: true, maxConcurrency: true }).shape,
    name: z.string(),
  })
  .openapi('Subgraph');

/**
 * The subgraph of a body.
 * @throws Refusal `PAYLOAD_TOO_LARGE`, or `BAD_REQUEST` for what does not belong to its kind
 */
export function toSubgraph(name: string, body: z.output<typeof subgraphBody>): Subgraph {
  const { kind, url, sdl, entities, maxConcurrency } = body;
  if (sdl.length > sdlMaxLength) {
    throw new Refusal(
      'PAYLOAD_TOO_LARGE',
      `The SDL has ${sdl.length} characters; ${sdlMaxLength} is the most that is taken.`,
    );
  }
  if (kind !== 'graphql' && entities !== undefined) throw misplaced('entities', 'graphql');
  if (kind !== 'rest' && maxConcurrency !== undefined) throw misplaced('maxConcurrency', 'rest');
  switch (kind) {
    case 'federation':
      return { kind, name, url, sdl };
    case 'graphql':
      return { kind, name, url, sdl, entities: entities ?? {} };
    case 'rest':
      return { kind, name, url, sdl, maxConcurrency: maxConcurrency ?? defaultConcurrency };
    default:
      return kind satisfies never;
  }
}

/** As many as where a gateway names the subgraph itself. */
const defaultConcurrency = 16;

function misplaced(member: string, kind: string): Refusal {
  return new Refusal('BAD_REQUEST', `Only subgraphs of the kind ${kind} have ${member}.`);
}
