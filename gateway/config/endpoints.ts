import { z } from 'zod';
import { canarySection } from './canary.ts';
import { discovery } from './discovery.ts';
import { groupName, groups, hashSource } from './endpoint-groups.ts';
import type { IdentityConfig } from './identity.ts';
import { mirrorSection } from './mirror.ts';
import { duration, share, subgraphUrl, timeout } from './units.ts';

const zoneName = () => z.string().min(1).max(64);
const weight = () => z.number().positive().max(1_000_000).default(1);

/** One place that answers for a subgraph, as the configuration and watched files spell it. */
export const endpointEntry = z.strictObject({
  url: subgraphUrl().describe('Where it answers; for REST the base URL.'),
  weight: weight().describe('Its share of the calls, in proportion to the others.'),
  group: groupName().optional().describe('The group that it belongs to, such as stable or canary.'),
  zone: zoneName().optional().describe('Where it runs.'),
});

const health = z.strictObject({
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]{0,1023}$/, 'must be a path such as /health')
    .optional()
    .describe(
      'Asked by GET, a status of 200 to 299 is good. Default: GraphQL services are asked { __typename }, REST services for their base URL.',
    ),
  every: timeout().prefault('5s').describe('Time between two probes of an endpoint.'),
  timeout: timeout().prefault('2s').describe('How long a probe may take.'),
  unhealthy: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('Probes in a row that must fail before it is not asked any more.'),
  healthy: z.int().min(1).max(100).default(2).describe('Probes in a row that must be good before it is asked again.'),
});

const ejectionKeys = {
  enabled: z.boolean().describe('Whether endpoints that fail are not asked for a while, where there are others.'),
  failures: z.int().min(1).max(10_000).describe('Calls in a row that must fail.'),
  errorRate: share().describe('Share of the calls within the window that must fail.'),
  slowerThan: z
    .number()
    .min(1.5)
    .max(1_000)
    .optional()
    .describe(
      'How many times as long as at the median endpoint calls must take on average, where there are three or more. Default: slow ones are not ejected.',
    ),
  window: timeout().describe('Time over which calls are counted.'),
  minimum: z.int().min(1).max(100_000).describe('Fewest calls within the window to judge by.'),
  time: timeout().describe('How long the first ejection lasts; each one soon after it twice as long.'),
  maxTime: timeout().describe('How long an ejection lasts at most.'),
  maxShare: share().describe('Most endpoints that are out at a time; one may always be, the last never.'),
};

const allEjection = z.strictObject({
  enabled: ejectionKeys.enabled.default(true),
  failures: ejectionKeys.failures.default(5),
  errorRate: ejectionKeys.errorRate.prefault('50%'),
  slowerThan: ejectionKeys.slowerThan,
  window: ejectionKeys.window.prefault('10s'),
  minimum: ejectionKeys.minimum.default(20),
  time: ejectionKeys.time.prefault('5s'),
  maxTime: ejectionKeys.maxTime.prefault('2m'),
  maxShare: ejectionKeys.maxShare.prefault('50%'),
});
const ejectionText = 'When an endpoint is not asked for a while because calls fail.';

const balances = ['peak-ewma', 'round-robin', 'weighted', 'least-in-flight', 'consistent-hash'] as const;

/** What holds for all subgraphs, and can be said anew for one. */
export const sharedEndpointKeys = {
  balance: z
    .enum(balances)
    .default('peak-ewma')
    .describe(
      'How an endpoint is chosen: peak-ewma takes the better of two by latency and calls in flight; consistent-hash goes by hashBy, but for endpoints with more than 32 calls in flight that are a quarter above their part of all.',
    ),
  ejection: allEjection.prefault({}).describe(ejectionText),
  slowStart: duration()
    .prefault('10s')
    .describe('How long endpoints that are new, or back, get fewer calls than others; 0s for not at all.'),
  zone: zoneName()
    .optional()
    .describe('Where the gateway runs: endpoints of that zone are asked as long as one of them is healthy.'),
} as const;

/** What is said of one subgraph. */
export const endpointKeys = {
  endpoints: z
    .array(endpointEntry)
    .min(1)
    .max(1_000)
    .optional()
    .describe('Where the subgraph answers, in the place of its URL.'),
  discover: z
    .array(discovery)
    .min(1)
    .max(16)
    .optional()
    .describe(
      'Where endpoints are looked up. The first answer is waited for, at most two seconds; then the URL of the subgraph is asked until there is one.',
    ),
  balance: sharedEndpointKeys.balance.unwrap().optional().describe('How an endpoint is chosen.'),
  hashBy: hashSource.optional().describe('What consistent-hash goes by. Default: who asks, or else the address.'),
  groups: groups.optional().describe('How calls are shared among groups of endpoints, such as stable and canary.'),
  canary: canarySection
    .optional()
    .describe(
      'A group that is tried with a growing share of the calls, once overlock canary start says so. How far it is, is kept in control.store: in memory, a restart begins anew.',
    ),
  mirror: mirrorSection.optional().describe('Copies of queries to a service that is tried without anybody noticing.'),
  health: health.optional().describe('Probes of the endpoints. Default: none.'),
  ejection: z.strictObject(ejectionKeys).partial().optional().describe(ejectionText),
  slowStart: duration().optional().describe('How long endpoints that are new, or back, get fewer calls than others.'),
  zone: zoneName().optional().describe('Where the gateway runs, as the endpoints of this subgraph name it.'),
} as const;

const ownSection = z.strictObject(endpointKeys);
const sharedSection = z.strictObject(sharedEndpointKeys);

export type OwnEndpointsConfig = z.output<typeof ownSection>;
export type SharedEndpointsConfig = z.output<typeof sharedSection>;
export type HealthConfig = z.output<typeof health>;
export type EjectionConfig = z.output<typeof allEjection>;
export type Balance = (typeof balances)[number];

/** What holds for one subgraph, all in all. */
export type EndpointsConfig = SharedEndpointsConfig &
  Pick<OwnEndpointsConfig, 'endpoints' | 'discover' | 'hashBy' | 'groups' | 'health'> & {
    /** The group that another one is tried beside; `undefined` when none is named so. */
    readonly stable: string | undefined;
    /** The group that gets copies and nothing else, or where else they go; `undefined` for nowhere. */
    readonly shadow: Shadow | undefined;
  };

/** Where copies of queries go. */
export type Shadow = Pick<NonNullable<OwnEndpointsConfig['mirror']>, 'group' | 'url'>;

/** What is said of one subgraph, over what is said of all. */
export function toEndpointsConfig(all: SharedEndpointsConfig, own: OwnEndpointsConfig | undefined): EndpointsConfig {
  return {
    endpoints: own?.endpoints,
    discover: own?.discover,
    hashBy: own?.hashBy,
    groups: own?.groups,
    health: own?.health,
    stable: own?.canary?.baseline,
    shadow: own?.mirror && { group: own.mirror.group, url: own.mirror.url },
    balance: own?.balance ?? all.balance,
    ejection: overridden(all.ejection, own?.ejection),
    slowStart: own?.slowStart ?? all.slowStart,
    zone: own?.zone ?? all.zone,
  };
}

/** What of all subgraphs decides whether anything is chosen by who asks. */
interface RoutingTraffic {
  readonly all: Pick<SharedEndpointsConfig, 'balance'>;
  readonly subgraphs: Readonly<Record<string, Pick<OwnEndpointsConfig, 'balance' | 'groups' | 'hashBy'>>>;
}

/** Whether endpoints of any subgraph are chosen by who asks. */
export function isRoutedByAsker({ all, subgraphs }: RoutingTraffic): boolean {
  return [all, ...Object.values(subgraphs)].some(
    (one) => one.balance === 'consistent-hash' || ('groups' in one && one.groups !== undefined),
  );
}

/** Names of the headers of clients that endpoints of any subgraph are chosen by; `client` are those by which clients name themselves. */
export function routingHeaders(
  { subgraphs }: Pick<RoutingTraffic, 'subgraphs'>,
  client: IdentityConfig['client'],
): readonly string[] {
  return Object.values(subgraphs).flatMap(({ groups, hashBy }) => [
    ...(groups?.rules ?? []).flatMap(({ headers = {}, when }) => [
      ...Object.keys(headers),
      ...(when === undefined ? [] : [client.nameHeader, client.versionHeader]),
    ]),
    ...[groups?.sticky?.header, hashBy?.header].filter((name) => name !== undefined),
  ]);
}

function overridden(all: EjectionConfig, own: OwnEndpointsConfig['ejection'] = {}): EjectionConfig {
  return {
    enabled: own.enabled ?? all.enabled,
    failures: own.failures ?? all.failures,
    errorRate: own.errorRate ?? all.errorRate,
    slowerThan: own.slowerThan ?? all.slowerThan,
    window: own.window ?? all.window,
    minimum: own.minimum ?? all.minimum,
    time: own.time ?? all.time,
    maxTime: own.maxTime ?? all.maxTime,
    maxShare: own.maxShare ?? all.maxShare,
  };
}
