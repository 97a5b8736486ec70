import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { type FakeRegistry, startFakeRegistry } from './fake-registry.ts';
import type { TestSubgraphOptions } from './federated-subgraph.ts';
import { composeSdl } from './federation.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from './gateway.ts';
import { type ServedSubgraph, serveSubgraph } from './served-subgraph.ts';

/** A registry, the subgraphs of what it publishes, and the gateway that follows it. */
export interface FollowedRegistry extends TestGateway {
  readonly registry: FakeRegistry;
  readonly subgraphs: readonly ServedSubgraph[];
}

export interface FollowedRegistryOptions {
  readonly subgraphs: readonly TestSubgraphOptions[];
  /** Keys of `graph.registry`. */
  readonly registry?: Sections;
  /** Other sections of the configuration. */
  readonly sections?: Sections;
  readonly telemetry?: Telemetry;
}

/** Publishes what the subgraphs compose to, and serves it. */
export async function startFollowedRegistry(options: FollowedRegistryOptions): Promise<FollowedRegistry> {
  const subgraphs = await Promise.all(options.subgraphs.map(serveSubgraph));
  const registry = await startFakeRegistry();
  registry.publish(composeSdl(subgraphs));
  const { url, token, publicKey } = registry;
  const followed = { url, token, publicKey, graph: 'shop@production', cache: false, ...options.registry };
  const config = toConfig({ ...options.sections, graph: { registry: followed } });
  const gateway = await startTestGateway(config, options.telemetry);
  return {
    ...gateway,
    registry,
    subgraphs,
    async stop() {
      await gateway.stop();
      await registry.stop();
      await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
    },
  };
}
