import { html } from 'hono/html';
import { formatNumber } from '../../../checks/numbers.ts';
import { type Canary, type JudgedOperation, percentOf, readCanary } from '../../canary/canary.ts';
import { type CanaryState, readCanaryState } from '../../canary/read-canary-state.ts';
import { versionLink } from '../parts/cause.ts';
import { factsOf } from '../parts/facts.ts';
import type { Html } from '../parts/html.ts';
import { tableOf } from '../parts/table.ts';
import { timeOf } from '../parts/time.ts';
import type { VariantVisit } from '../visit.ts';

type Verdict = JudgedOperation['verdict'];

const verdicts: Readonly<Record<Verdict, { readonly color: string; readonly sentence: string }>> = {
  worse: { color: 'bad', sentence: 'It is worse, and about to be taken back.' },
  doubtful: { color: 'warn', sentence: 'It looks worse, which may be chance: it waits for more requests.' },
  few: { color: 'muted', sentence: 'It has answered too few requests to say anything.' },
  fine: { color: 'good', sentence: 'It is no worse than the stable version.' },
};

/** The version that a part of the clients tries, with its figures; `undefined` when none is tried. */
export async function runningCanary(visit: VariantVisit): Promise<Html | undefined> {
  const { registry, ref } = visit;
  const kept = await readCanary(registry.store, ref);
  if (kept?.canary.state !== 'running') return undefined;
  return panel(visit, kept.canary, await readCanaryState(registry, ref, kept.canary));
}

/** The same, or how the last one ended; `undefined` when there never was one. */
export async function lastCanary(visit: VariantVisit): Promise<Html | undefined> {
  const kept = await readCanary(visit.registry.store, visit.ref);
  if (kept === undefined || kept.canary.state === 'running') return await runningCanary(visit);
  return panel(visit, kept.canary);
}

function panel(visit: VariantVisit, canary: Canary, now?: CanaryState): Html {
  const { ref } = visit;
  const { version, stable, steps, stepAt, startedBy, endedAt, endedBy, reason } = canary;
  const figures = now?.figures ?? canary.figures;
  return html`<section><h2>Canary ${stateTag(canary)}</h2>
<p>In it, ${versionLink(ref, version)} ${told(canary)} ${versionLink(ref, stable)}. ${
    now === undefined ? reason : verdicts[now.verdict].sentence
  }</p>
${factsOf([
  ['Steps', steps.map((step, index) => (index === canary.step ? `${step} % (now)` : `${step} %`)).join(', ')],
  ['At this step', now !== undefined && html`since ${timeOf(stepAt, visit.now)}`],
  ['Requests', now !== undefined && formatNumber(now.requests)],
  ['Started by', startedBy],
  ['Ended', endedAt !== undefined && html`${timeOf(endedAt, visit.now)} by ${endedBy}`],
])}
${figures.length > 0 && figureTable(figures, canary)}</section>`;
}

function stateTag(canary: Canary): Html {
  switch (canary.state) {
    case 'running':
      return html`<span class="tag warn">${percentOf(canary)} % of the clients</span>`;
    case 'promoted':
      return html`<span class="tag good">promoted</span>`;
    case 'rolledBack':
      return html`<span class="tag bad">rolled back</span>`;
    default:
      return canary.state satisfies never;
  }
}

function told({ state }: Canary): string {
  if (state === 'running') return 'is tried beside';
  return state === 'promoted' ? 'has taken the place of' : 'was taken back for';
}

function figureTable(figures: readonly JudgedOperation[], { version, stable }: Canary): Html {
  const sides = [`version ${stable}`, `version ${version}`];
  return tableOf({
    caption: 'Operations on both versions, worst first',
    columns: [
      'Operation',
      'Verdict',
      ...sides.flatMap((side) =>
        ['Requests', 'Errors', 'p95'].map((title) => ({ title: `${title}, ${side}`, isNumber: true })),
      ),
    ],
    rows: figures.map(({ operation, name, verdict, by, ...both }) => [
      name ?? html`<code>${operation.slice(0, 12)}</code>`,
      html`<span class="tag ${verdicts[verdict].color}">${by === undefined ? verdict : `${verdict} by ${by}`}</span>`,
      ...[both.stable, both.canary].flatMap(({ count, errors, p95 }) => [
        formatNumber(count),
        count > 0 && `${((errors / count) * 100).toFixed(1)} %`,
        p95 !== undefined && `${formatNumber(p95)} ms`,
      ]),
    ]),
  });
}
