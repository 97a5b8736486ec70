import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Service, services } from '../scenario/services.ts';
import { type Subgraphs, startSubgraphs } from '../scenario/subgraphs.ts';
import { composeSupergraph } from '../scenario/supergraph.ts';

/** Subgraphs that run, and the file with their supergraph. */
export interface Stage {
  readonly subgraphs: Subgraphs;
  readonly supergraphFile: string;
}

/** Runs something on running subgraphs, and ends them. */
export async function withSubgraphs<Result>(
  run: (stage: Stage) => Promise<Result>,
  served: Readonly<Record<string, Service>> = services,
): Promise<Result> {
  const subgraphs = await startSubgraphs(served);
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-bench-'));
  try {
    const supergraphFile = path.join(folder, 'supergraph.graphql');
    await writeFile(supergraphFile, composeSupergraph(subgraphs, served));
    return await run({ subgraphs, supergraphFile });
  } finally {
    await subgraphs.close();
    await rm(folder, { recursive: true, force: true });
  }
}
