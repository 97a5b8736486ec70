import type { Condition, Quantity, Series } from './condition.ts';
import { toText } from './measured.ts';

/** A condition as an expression of Prometheus (https://prometheus.io/docs/prometheus/latest/querying/basics/). */
export function toPromQl(condition: Condition): string {
  const by = condition.by.join(', ');
  switch (condition.kind) {
    case 'ratio': {
      const { part, whole, overMs, above, least } = condition;
      const share = `${increaseOf(part, overMs, by)} / ${increaseOf(whole, overMs, by)}`;
      return `${share} > ${above} and ${increaseOf(whole, overMs, by)} >= ${least}`;
    }
    case 'quantile': {
      const { histogram, quantile, overMs, above, least } = condition;
      const labels = ['le', ...condition.by].join(', ');
      const buckets = `sum by (${labels}) (rate(${selectorOf(histogram, '_bucket')}[${toText(overMs)}]))`;
      const count = increaseOf({ kind: 'observations', ...histogram }, overMs, by);
      return `histogram_quantile(${quantile}, ${buckets}) > ${above} and ${count} >= ${least}`;
    }
    case 'increase': {
      const { counter, overMs, above } = condition;
      return `${increaseOf({ kind: 'counter', ...counter }, overMs, by)} > ${above}`;
    }
    case 'gauge':
      return `max by (${by}) (${selectorOf(condition.gauge)}) > ${condition.above}`;
    case 'low':
      return `min by (${by}) (${selectorOf(condition.gauge)}) < ${condition.below}`;
    case 'burn': {
      const { part, whole, budget, windows } = condition;
      const rate = (ms: number) => `${increaseOf(part, ms, by)} / ${increaseOf(whole, ms, by)}`;
      return windows
        .map(({ longMs, shortMs, factor }) => {
          const most = Math.round(factor * budget * 1e9) / 1e9;
          return `(${rate(longMs)} > ${most} and ${rate(shortMs)} > ${most})`;
        })
        .join(' or ');
    }
    default:
      return condition satisfies never;
  }
}

function increaseOf(quantity: Quantity, overMs: number, by: string): string {
  const window = toText(overMs);
  const sum = (selector: string) => `sum by (${by}) (increase(${selector}[${window}]))`;
  if (quantity.kind === 'counter') return sum(selectorOf(quantity));
  const all = sum(selectorOf(quantity, '_count'));
  if (quantity.above === undefined) return all;
  const within = { ...quantity, where: { ...quantity.where, le: spellingsOf(quantity.above) } };
  return `(${all} - ${sum(selectorOf(within, '_bucket'))})`;
}

/** Prometheus 3 spells whole bounds anew. */
function spellingsOf(bound: number): readonly string[] {
  return Number.isInteger(bound) ? [String(bound), `${bound}.0`] : [String(bound)];
}

function selectorOf({ metric, where }: Series, suffix = ''): string {
  const matchers = Object.entries(where).map(([label, values]) => {
    const [only] = values;
    if (only !== undefined && values.length === 1) return `${label}=${JSON.stringify(only)}`;
    return `${label}=~${JSON.stringify(values.map(escapePattern).join('|'))}`;
  });
  return `${metric}${suffix}${matchers.length === 0 ? '' : `{${matchers.join(',')}}`}`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
