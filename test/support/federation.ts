import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { compose } from '../../schema/compose/compose.ts';
import type { RestSubgraph } from '../../schema/supergraph/supergraph.ts';
import type { TestSubgraphOptions } from './federated-subgraph.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from './gateway.ts';
import { type ServedSubgraph, serveSubgraph } from './served-subgraph.ts';

/** Subgraphs behind real HTTP servers and the gateway that joins them. */
export interface Federation<Name extends string = string> extends TestGateway {
  readonly subgraphs: Readonly<Record<Name, ServedSubgraph>>;
  /** The file that the gateway follows. */
  readonly supergraphFile: string;
}

export interface FederationOptions<Name extends string> {
  readonly subgraphs: Readonly<Record<Name, Omit<TestSubgraphOptions, 'name'>>>;
  /** Sections of the configuration, as the file spells them. */
  readonly sections?: Sections | ((subgraphs: Federation<Name>['subgraphs']) => Sections);
  /** What the gateway reports to, but for its log. */
  readonly telemetry?: Telemetry;
  /** The supergraph's SDL where another composer made it; it is composed here unless given. */
  readonly supergraph?: (urlOf: (name: Name) => string) => string;
}

/** Starts the subgraphs, writes their supergraph to a file of a new folder, and serves it. */
export async function startFederation<Name extends string>({
  subgraphs: described,
  sections = {},
  telemetry = undefined,
  supergraph = undefined,
}: FederationOptions<Name>): Promise<Federation<Name>> {
  const served = await Promise.all(
    Object.entries<Omit<TestSubgraphOptions, 'name'>>(described).map(([name, one]) => serveSubgraph({ name, ...one })),
  );
  const subgraphs = Object.fromEntries(served.map((one) => [one.name, one])) as Federation<Name>['subgraphs'];
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-flow-'));
  const supergraphFile = path.join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, supergraph?.((name) => subgraphs[name].url) ?? composeSdl(served));
  const given = typeof sections === 'function' ? sections(subgraphs) : sections;
  const gateway = await startTestGateway(toConfig({ ...given, graph: { supergraph: supergraphFile } }), telemetry);
  return {
    ...gateway,
    subgraphs,
    supergraphFile,
    async stop() {
      await gateway.stop();
      await Promise.all(served.map((one) => one.close()));
      await rm(folder, { recursive: true });
    },
  };
}

/** @throws Error with every problem when they do not compose */
export function composeSdl(
  subgraphs: readonly (Pick<ServedSubgraph, 'name' | 'sdl' | 'url'> | RestSubgraph)[],
): string {
  const composition = compose(
    subgraphs.map((one) => {
      const { name, sdl, url } = one;
      return 'kind' in one ? one : { kind: 'federation', name, sdl, url };
    }),
  );
  if (composition.kind === 'composed') return composition.supergraph.sdl;
  throw new Error(stringify(composition.problems));
}
