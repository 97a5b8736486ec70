import type { DnsServer } from '../../test/support/dns-server.ts';
import type { Backend } from './backend.ts';

/** Where a case plays: the backends of its subgraph, and what finds them. */
export interface Place {
  readonly backends: readonly [Backend, ...Backend[]];
  readonly dns: DnsServer;
  /** The host that stands in the URL of the subgraph, where it is looked up. */
  readonly host: string;
}

/** One kind of trouble that a backend may be in. */
export interface ChaosCase {
  /** Also the name of its subgraph, and of the field that it has. */
  readonly name: string;
  readonly title: string;
  /** Hosts of its backends, all of which listen on the same port where they differ. */
  readonly hosts: readonly string[];
  /** Endpoints are given, or the host of the URL is asked for. */
  readonly found: 'listed' | 'by-dns';
  /** Whether nobody is to notice: all that needs the subgraph is answered too. */
  readonly unnoticed: boolean;
  /** How long it must last at least for what is promised to show. */
  readonly leastSeconds: number;
  /** Before everything, when all backends run. */
  readonly prepare: (place: Place) => void;
  readonly begin: (place: Place) => Promise<void> | void;
  readonly repair: (place: Place) => Promise<void> | void;
}

const here = '127.0.0.1';
const there = '127.0.0.2';
const nothing = () => {};

const base = {
  hosts: [here],
  found: 'listed',
  unnoticed: false,
  leastSeconds: 0,
  prepare: nothing,
} as const;
const oneOfThree = { ...base, hosts: [here, here, here], unnoticed: true } as const;

const killing: Pick<ChaosCase, 'begin' | 'repair'> = {
  begin: ({ backends: [backend] }) => backend.kill(),
  repair: ({ backends: [backend] }) => backend.start(),
};
const freezing: Pick<ChaosCase, 'begin' | 'repair'> = {
  begin: ({ backends: [backend] }) => backend.freeze(),
  repair: ({ backends: [backend] }) => backend.thaw(),
};
const behaving = (behaviour: Parameters<Backend['behave']>[0], usual = {}): Pick<ChaosCase, 'begin' | 'repair'> => ({
  begin: ({ backends: [backend] }) => backend.behave(behaviour),
  repair: ({ backends: [backend] }) => backend.behave(usual),
});

const moveTo = (data: string, { dns, host }: Place) => dns.answer({ [host]: [{ type: 'A', data, ttl: 0 }] });

/** Longer than it takes until calls that are stuck are known to be, as it is set by default. */
const freezeSeconds = 6.5;
const usualLatencyMs = 10;

/** All troubles; each is described here and nowhere else. */
export const chaosCases: readonly ChaosCase[] = [
  { ...base, name: 'killed', title: 'killed with -9', ...killing },
  { ...base, name: 'frozen', title: 'frozen with SIGSTOP', ...freezing, leastSeconds: freezeSeconds },
  {
    ...base,
    name: 'slow',
    title: 'ten times as slow',
    unnoticed: true,
    prepare: ({ backends: [backend] }) => backend.behave({ latencyMs: usualLatencyMs }),
    ...behaving({ latencyMs: 10 * usualLatencyMs }, { latencyMs: usualLatencyMs }),
  },
  { ...base, name: 'resets', title: 'resets all connections', ...behaving({ trouble: 'reset' }) },
  {
    ...base,
    name: 'resetsHalf',
    title: 'resets half of the connections',
    ...behaving({ trouble: 'reset', share: 0.5 }),
  },
  { ...base, name: 'errsHalf', title: 'answers 500 for half', ...behaving({ trouble: 'error', share: 0.5 }) },
  { ...base, name: 'truncates', title: 'closes in the middle of answers', ...behaving({ trouble: 'truncate' }) },
  { ...oneOfThree, name: 'oneResets', title: 'one of three resets connections', ...behaving({ trouble: 'reset' }) },
  {
    ...oneOfThree,
    name: 'oneTruncates',
    title: 'one of three closes in the middle of answers',
    ...behaving({ trouble: 'truncate' }),
  },
  { ...oneOfThree, name: 'oneKilled', title: 'one of three is killed with -9', ...killing },
  { ...oneOfThree, name: 'oneFrozen', title: 'one of three is frozen', ...freezing, leastSeconds: freezeSeconds },
  {
    ...oneOfThree,
    name: 'allKilled',
    title: 'all of three are killed, one comes back',
    unnoticed: false,
    begin: async ({ backends }) => {
      await Promise.all(backends.map((backend) => backend.kill()));
    },
    repair: ({ backends: [backend] }) => backend.start(),
  },
  {
    ...base,
    name: 'moved',
    title: 'its name gets another address',
    hosts: [here, there],
    found: 'by-dns',
    unnoticed: true,
    // Names are asked for once a second at most; when the former one ends, nobody should ask it any longer.
    leastSeconds: 2.5,
    prepare: (place) => moveTo(here, place),
    begin: (place) => moveTo(there, place),
    repair: ({ backends: [former] }) => former.kill(),
  },
];
