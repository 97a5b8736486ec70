import { once } from 'node:events';
import { withSubgraphs } from '../harness/with-subgraphs.ts';

// The subgraphs as a process of their own: who sends a flood and reads what comes back answers late.
await withSubgraphs(async ({ supergraphFile }) => {
  process.send?.(supergraphFile);
  await once(process, 'disconnect');
});
