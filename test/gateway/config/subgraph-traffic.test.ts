import { describe, expect, it } from 'vitest';
import { toSubgraphTraffic } from '../../../gateway/config/subgraph-traffic.ts';
import { trafficSection } from '../../../gateway/config/traffic.ts';

const traffic = (section: unknown, name = 'products') => toSubgraphTraffic(trafficSection.parse(section), name);

describe('what holds for one subgraph', () => {
  it('is what is said of all, and without that the defaults', () => {
    expect(traffic({ all: { timeout: '3s', breaker: { minimum: 5 }, retries: false } })).toMatchObject({
      timeout: 3_000,
      maxConcurrency: 200,
      rate: undefined,
      retries: undefined,
      hedging: undefined,
      breaker: { failures: 0.5, window: 10_000, minimum: 5, openFor: 1_000, maxOpenFor: 4_000, probes: 3 },
    });
    expect(traffic({})).toMatchObject({ retries: { attempts: 2, budget: 0.1 }, timeout: 10_000 });
  });

  it('is what is said of it, key by key', () => {
    const section = {
      all: {
        breaker: { minimum: 5, slow: '1s' },
        retries: { attempts: 3 },
        hedging: true,
        rate: '10/s',
        proxy: 'http://a.test',
      },
      subgraphs: {
        products: {
          breaker: { slow: '2s' },
          retries: { budget: '5%' },
          hedging: { budget: '1%' },
          rate: '100/s',
          maxQueued: 0,
          timeLeftHeader: false,
          http2: true,
        },
      },
    };
    expect(traffic(section)).toMatchObject({
      breaker: { minimum: 5, slow: 2_000, probes: 3 },
      retries: { attempts: 3, budget: 0.05 },
      hedging: { after: 0.95, budget: 0.01 },
      rate: { amount: 100 },
      maxQueued: 0,
      timeLeftHeader: false,
      http2: true,
      proxy: 'http://a.test',
    });
    expect(traffic(section, 'users')).toMatchObject({
      breaker: { slow: 1_000 },
      hedging: { budget: 0.05 },
      http2: false,
    });
  });

  it('can be switched off for one, or on for one alone', () => {
    const off = { retries: false, hedging: false, breaker: false };
    const own = { retries: {}, hedging: true, breaker: { minimum: 7 } };
    expect(traffic({ all: { hedging: true }, subgraphs: { products: off } })).toMatchObject({
      retries: undefined,
      hedging: undefined,
      breaker: undefined,
    });
    expect(traffic({ all: off, subgraphs: { products: own } })).toMatchObject({
      retries: { attempts: 2 },
      hedging: { after: 0.95 },
      breaker: { minimum: 7, probes: 3 },
    });
  });

  it('needs a key with a certificate', () => {
    const { error } = trafficSection.safeParse({ all: { tls: { cert: 'cert.pem' } } });
    expect(error?.issues).toMatchObject([{ path: ['all', 'tls'], message: 'needs both cert and key' }]);
  });
});
