import type { DiscoveryConfig } from '../../../config/discovery.ts';
import { createNameServers } from './address-lookup.ts';
import { createConsulSource } from './consul-source.ts';
import { createDnsSource } from './dns-source.ts';
import type { EndpointSource } from './endpoint-source.ts';
import { createFileSource } from './file-source.ts';
import { KubernetesSource } from './kubernetes-source.ts';
import { createSrvSource } from './srv-source.ts';

/** The sources that the configuration names; `subgraphUrl` gives what is found its scheme and path, unless they say otherwise. */
export function createSources(discover: readonly DiscoveryConfig[], subgraphUrl: URL): readonly EndpointSource[] {
  return discover.flatMap(({ dns, srv, file, consul, kubernetes, group, url: own }) => {
    const url = own === undefined ? subgraphUrl : new URL(own);
    return [
      dns && createDnsSource({ ...dns, url, group }, createNameServers(dns.servers)),
      srv && createSrvSource({ ...srv, url, group }, createNameServers(srv.servers)),
      file === undefined ? undefined : createFileSource({ file, group }),
      consul && createConsulSource({ consul, url, group }),
      kubernetes && new KubernetesSource({ kubernetes, url, group }),
    ].filter((source) => source !== undefined);
  });
}
