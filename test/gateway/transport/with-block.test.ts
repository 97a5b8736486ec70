import { describe, expect, it } from 'vitest';
import type { FetchRequest, Transport } from '../../../gateway/transport/send.ts';
import { withBlock } from '../../../gateway/transport/with-block.ts';
import { toFetch } from '../../support/transport-harness.ts';

describe('withBlock', () => {
  it('asks a blocked subgraph nothing, and decides for each fetch', async () => {
    const asked: FetchRequest[] = [];
    const transport: Transport = {
      async send(request) {
        asked.push(request);
        return { data: { a: 1 } };
      },
      async subscribe(request) {
        asked.push(request);
        return (async function* () {
          yield { data: { a: 1 } };
        })();
      },
    };
    const blocked = new Set<string>();
    const guarded = withBlock(transport, (subgraph) => blocked.has(subgraph));
    const fetch = toFetch('{ a }');
    expect(await guarded.send(fetch)).toEqual({ data: { a: 1 } });
    blocked.add('products');
    const refusal = { code: 'SUBGRAPH_BLOCKED', message: 'The subgraph "products" is blocked for now.' };
    await expect(guarded.send(fetch)).rejects.toMatchObject(refusal);
    await expect(guarded.subscribe(fetch)).rejects.toMatchObject(refusal);
    expect(asked).toEqual([fetch]);
    blocked.clear();
    await guarded.subscribe(fetch);
    expect(asked).toEqual([fetch, fetch]);
  });
});
