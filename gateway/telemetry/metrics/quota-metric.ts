import { LabelSeries } from './label-series.ts';
import type { GaugeMetric } from './metric.ts';

/** Who asks no more is no longer near the end of anything. */
const windowMs = 300_000;

/** The most that was told of a rule in a window, and in the one before it. */
interface Highest {
  startMs: number;
  share: number;
  former: number;
}

/** How much of quotas is used, as far as it was told: nobody is named, as there may be any number of them. */
export function createQuotaMetric(now: () => number): GaugeMetric & {
  readonly tell: (rule: string, share: number) => void;
} {
  const series = new LabelSeries<Highest>(() => ({ startMs: now(), share: 0, former: 0 }));
  const turned = (highest: Highest): Highest => {
    const passedMs = now() - highest.startMs;
    if (passedMs < windowMs) return highest;
    highest.former = passedMs < 2 * windowMs ? highest.share : 0;
    highest.share = 0;
    highest.startMs = now();
    return highest;
  };
  return {
    kind: 'gauge',
    name: 'overlock_quota_used_ratio',
    help: 'The greatest share of its quota, of 0 to 1, that somebody had used who asked in the last five to ten minutes.',
    labels: ['rule'],
    read: () =>
      Array.from(series, ({ values, state }) => {
        const { share, former } = turned(state);
        return { values, value: Math.max(share, former) };
      }),
    tell(rule, share) {
      const highest = turned(series.at([rule]));
      if (share > highest.share) highest.share = share;
    },
  };
}
