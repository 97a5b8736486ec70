import { z } from 'zod';
import { groupName } from './endpoint-groups.ts';
import { always, filePath, httpUrl, timeout } from './units.ts';

const dnsBounds = {
  minTtl: timeout().prefault('1s').describe('Shortest time between two questions, whatever the TTL of an answer.'),
  maxTtl: timeout().prefault('1m').describe('Longest time between two questions, whatever the TTL of an answer.'),
  servers: z
    .array(z.string().regex(/^[\da-fA-F.:[\]]{2,64}$/, 'must be an IP address, with a port or without'))
    .min(1)
    .optional()
    .describe('Name servers such as 10.0.0.2 or 127.0.0.1:8600. Default: those of the system.'),
};

const dns = z.strictObject({
  ...dnsBounds,
  family: z.enum(['ipv4', 'ipv6', 'any']).default('any').describe('Which addresses are taken.'),
});

const srv = z.strictObject({
  name: z.string().min(1).max(253).describe('Name of the SRV records, such as _graphql._tcp.products.internal.'),
  ...dnsBounds,
});

const consul = z.strictObject({
  url: httpUrl().prefault('http://127.0.0.1:8500').describe('The agent or server that is asked.'),
  service: z.string().min(1).max(256).describe('Name of the service.'),
  tag: z.string().min(1).max(256).optional().describe('A tag that instances must have.'),
  datacenter: z.string().min(1).max(256).optional().describe('Default: that of the agent.'),
  token: z.string().min(1).optional().describe('ACL token; needs service:read and node:read.'),
  wait: timeout()
    .refine((ms) => ms <= 600_000, 'must be at most 10m')
    .prefault('55s')
    .describe('How long one question waits for a change.'),
});

const inPod = '/var/run/secrets/kubernetes.io/serviceaccount';

const kubernetes = z.strictObject({
  service: z.string().min(1).max(253).describe('Name of the service whose EndpointSlices are followed.'),
  namespace: z.string().min(1).max(253).optional().describe('Default: that of the pod.'),
  port: z
    .union([z.int().min(1).max(65_535), z.string().min(1).max(63)])
    .optional()
    .describe('Number or name of the port. Default: the first.'),
  url: httpUrl().prefault('https://kubernetes.default.svc').describe('The API server.'),
  tokenFile: filePath()
    .prefault(`${inPod}/token`)
    .describe('Bearer token, read again for each request; needs list and watch of endpointslices.'),
  caFile: filePath().prefault(`${inPod}/ca.crt`).describe('Certificates that the API server is known by.'),
});

const places = ['dns', 'srv', 'file', 'consul', 'kubernetes'] as const;

/** One place where the endpoints of a subgraph are looked up. */
export const discovery = z
  .strictObject({
    dns: dns.optional().describe('All addresses of the host of the URL, asked for anew as their TTL says.'),
    srv: srv.optional().describe('SRV records: hosts, ports, weights and priorities.'),
    file: filePath()
      .optional()
      .describe(
        'YAML or JSON file with a list of endpoints: URLs, or mappings with url, weight, group, zone. Watched.',
      ),
    consul: consul.optional().describe('Healthy instances of a Consul service; group and zone are those of its Meta.'),
    kubernetes: kubernetes.optional().describe('Ready endpoints of a Kubernetes service, with their zones.'),
    url: httpUrl()
      .optional()
      .describe("Gives what is found its scheme and path, and for dns the host and port. Default: the subgraph's URL."),
    group: groupName().optional().describe('The group of what is found here.'),
  })
  .refine((entry) => places.filter((place) => entry[place] !== undefined).length === 1, {
    message: 'needs either dns, srv, file, consul or kubernetes',
    ...always,
  })
  .meta({ either: places });

export type DiscoveryConfig = z.output<typeof discovery>;
