import type { GraphRef } from '../../feed/graph-ref.ts';
import { defaultSettings } from '../default-settings.ts';
import type { Registry } from '../registry.ts';
import { dayMs, hourMs } from '../store/usage/period.ts';
import type { Canary, JudgedOperation } from './canary.ts';
import { type CanaryVerdict, judgeCanary } from './judge-canary.ts';

/** What is known of a canary now. */
export interface CanaryState {
  readonly verdict: CanaryVerdict;
  readonly figures: readonly JudgedOperation[];
  /** Requests that it has answered since it was started. */
  readonly requests: number;
}

/** What went well for hours must not hide what goes wrong now. */
const recentMs = 300_000;

/** Operations with figures that are answered and kept. */
const mostFigures = 100;
const mostNames = 1_000;

/** Judges a canary by what gateways have told. */
export async function readCanaryState({ store, now }: Registry, ref: GraphRef, canary: Canary): Promise<CanaryState> {
  const { version, stable, startedAt, stepAt } = canary;
  const { canary: rules } = (await store.readVariant(ref))?.settings ?? defaultSettings;
  const from = Math.max(stepAt, now() - recentMs);
  const recent = await store.readFigures(ref, from, [version, stable]);
  const whole = await store.readFigures(ref, startedAt - hourMs, [version, stable]);
  const own = recent.filter((figures) => figures.version === version);
  const { verdict, operations } = judgeCanary(
    {
      canary: own,
      stable: recent.filter((figures) => figures.version === stable),
      before: whole.filter((figures) => figures.version === stable),
    },
    rules,
  );
  const requests = whole.reduce((sum, figures) => sum + (figures.version === version ? figures.count : 0), 0);
  if (operations.length === 0) return { verdict, figures: [], requests };
  const named = await store.listOperations(ref, now() - dayMs, mostNames);
  const names = new Map(named.map(({ hash, name }) => [hash, name]));
  const figures = operations.slice(0, mostFigures).map((one) => {
    const name = names.get(one.operation);
    return name === undefined ? one : { ...one, name };
  });
  return { verdict, figures, requests };
}
