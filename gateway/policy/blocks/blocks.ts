import type { GraphQLSchema } from 'graphql';
import type { Operation } from '../../operation/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy.ts';
import type { ActiveBlocks, BlockList } from './active-blocks.ts';
import type { Block } from './block.ts';
import { type Hit, toRefusal } from './refusal.ts';
import { createCoordinateTest, readSelectedFields, type SelectedFields } from './selected-fields.ts';

export interface BlocksOptions {
  readonly blocks: Pick<ActiveBlocks, 'current' | 'remainingMs'>;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  /** A number in [0, 1), where only a share is refused. */
  readonly random?: () => number;
}

const allowed: Verdict = Object.freeze({});

/** Refuses what operators have blocked: operations, clients, identities and fields. Blocked subgraphs are the transports' business. */
export function createBlocks({ blocks, schema, log, random = Math.random }: BlocksOptions): Policy {
  const fieldBlocksOf = createFieldBlocks(schema, log);
  return {
    name: 'blocks',
    enforce(request) {
      const list = blocks.current();
      if (list.isEmpty) return allowed;
      let longest: Hit | undefined;
      for (const block of [...namedBlocks(list, request), ...fieldBlocksOf(list, request.operation)]) {
        if (block.share !== undefined && random() >= block.share) continue;
        const remainingMs = blocks.remainingMs(block);
        if (remainingMs > (longest?.remainingMs ?? 0)) longest = { block, remainingMs };
      }
      if (longest === undefined) return allowed;
      log.debug('A blocked request was refused.', { requestId: request.requestId, block: longest.block.id });
      throw toRefusal(longest);
    },
  };
}

function namedBlocks(list: BlockList, { operation, client, identity }: PolicyRequest): readonly Block[] {
  const of = (what: Block['what'], name: string | undefined) => (name === undefined ? [] : list.of(what, name));
  return [
    ...of('operation', operation.hash),
    ...of('operation', operation.name),
    ...of('client', client.name),
    ...of('subject', identity.subject),
  ];
}

/** Finds the blocks of what an operation selects: once for each operation, and again after each change of the blocks. */
function createFieldBlocks(schema: GraphQLSchema, log: Logger) {
  const selected = new WeakMap<Operation, SelectedFields>();
  let prepared = prepareFieldBlocks([], schema, log);
  return ({ fields }: BlockList, operation: Operation): readonly Block[] => {
    if (fields.length === 0) return fields;
    if (prepared.fields !== fields) prepared = prepareFieldBlocks(fields, schema, log);
    let hit = prepared.hits.get(operation);
    if (hit === undefined) {
      const what = selected.get(operation) ?? readSelectedFields(schema, operation);
      selected.set(operation, what);
      hit = prepared.tests.filter(({ isHit }) => isHit(what)).map(({ block }) => block);
      prepared.hits.set(operation, hit);
    }
    return hit;
  };
}

function prepareFieldBlocks(fields: readonly Block[], schema: GraphQLSchema, log: Logger) {
  const tests = fields.flatMap((block) => {
    const isHit = createCoordinateTest(schema, block.name);
    if (isHit !== undefined) return [{ block, isHit }];
    log.warn('A block is about a field that the supergraph does not have.', { id: block.id, field: block.name });
    return [];
  });
  return { fields, tests, hits: new WeakMap<Operation, readonly Block[]>() };
}
