import type { Explained, ExplainedAnswer, ExplainedFetch, ExplainedPlan } from '../../explained.ts';
import { h } from '../element.ts';
import { drawPlan } from '../plan-picture.ts';
import { showBytes, showMs } from '../show.ts';
import { hint, source } from './parts.ts';

/** Which fetch is looked at, from one drawing to the next. */
export interface Chosen {
  id: number;
}

/** The plan as a picture, with what is asked by the fetch that is looked at beside it. */
export function planTab(
  { plan, noPlan, operation }: Explained,
  answer: ExplainedAnswer | undefined,
  chosen: Chosen,
): readonly HTMLElement[] {
  const ran = answer?.plan;
  const shown = ran ?? plan;
  if (shown === undefined || shown.waves.length === 0) {
    return [hint(noPlan ?? 'The gateway answers it by itself, so no subgraph is asked.')];
  }
  const details = h('div', { class: 'fetch', 'aria-live': 'polite' });
  const { element, choose } = drawPlan(shown.waves, {
    saidOf: (step) => (ran === undefined ? undefined : showRun(step)),
    timeOf: ({ timing }) =>
      timing && {
        startMs: timing.startMs,
        durationMs: timing.durationMs,
        hasFailed: timing.errorCount > 0,
        note: `begins after ${showMs(timing.startMs)}, takes ${showMs(timing.durationMs)}`,
      },
    onChoose: (step) => {
      chosen.id = step.id;
      details.replaceChildren(...showFetch(step, ran !== undefined));
    },
  });
  const fetches = fetchesOf(shown);
  choose(fetches.some(({ id }) => id === chosen.id) ? chosen.id : (fetches[0]?.id ?? 0));
  const picture = h(
    'div',
    { class: 'plan', tabindex: 0, role: 'region', 'aria-label': 'Picture of the plan' },
    element,
  );
  const said = ran === undefined ? showPlanned(shown, operation) : showAnswered(ran);
  return [h('div', { class: 'picture' }, hint(said), picture), details];
}

/** A plan in a few words. */
export function countPlan({ fetches, waves }: ExplainedPlan): string {
  return `${count(fetches, 'fetch', 'fetches')} in ${count(waves.length, 'wave', 'waves')}`;
}

function fetchesOf({ waves }: ExplainedPlan): readonly ExplainedFetch[] {
  return waves.flat().filter((step) => step.kind === 'fetch');
}

function showPlanned(plan: ExplainedPlan, operation: Explained['operation']): string {
  const what = operation?.kind === 'subscription' ? 'Each event' : 'It';
  return `${what} takes ${countPlan(plan)}. Run it to see how long each one takes.`;
}

function showAnswered(plan: ExplainedPlan): string {
  const fetches = fetchesOf(plan);
  const runs = fetches.flatMap(({ timing }) => timing ?? []);
  if (runs.length === 0) return 'No fetch was made: what the answer needs was stored, or came with the event.';
  const endMs = Math.max(...runs.map(({ startMs, durationMs }) => startMs + durationMs));
  const bytes = runs.reduce((sum, run) => sum + (run.bytes ?? 0), 0);
  const failed = runs.filter(({ errorCount }) => errorCount > 0).length;
  const made = runs.length === fetches.length ? countPlan(plan) : `${runs.length} of ${countPlan(plan)}`;
  const trouble = failed === 0 ? '' : ` ${failed} of them had errors.`;
  return `Answered in ${showMs(endMs)} by ${made}, which brought ${showBytes(bytes)}.${trouble}`;
}

function showRun({ timing }: ExplainedFetch): string {
  if (timing === undefined) return 'not needed';
  const { durationMs, bytes, entities, errorCount } = timing;
  const parts = [
    showMs(durationMs),
    bytes === undefined ? undefined : showBytes(bytes),
    errorCount > 0 ? count(errorCount, 'error', 'errors') : undefined,
    entities > 0 && errorCount === 0 ? count(entities, 'entity', 'entities') : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function showFetch(step: ExplainedFetch, hasRun: boolean): readonly HTMLElement[] {
  const { id, subgraph, after, entities, operation, timing } = step;
  const begins =
    after.length === 0 ? 'at once' : `after ${after.length === 1 ? 'fetch' : 'fetches'} ${after.join(' and ')}`;
  const rows = entities.map(({ types, as, at, key, requires }) =>
    h(
      'li',
      {},
      `${types.join(', ')}${as === undefined ? '' : ` (there ${as.join(', ')})`} at `,
      h('code', {}, at),
      ', by ',
      h('code', {}, key),
      ...(requires === undefined ? [] : [', with ', h('code', {}, requires)]),
    ),
  );
  const errors = (timing?.errors ?? []).map(({ code, message }) => h('li', {}, h('code', {}, code), ` ${message}`));
  return [
    h('h3', {}, `Fetch ${id} from ${subgraph}`),
    hint(`Begins ${begins}.${hasRun ? ` ${tellRun(step)}` : ''}`),
    ...(errors.length > 0 ? [h('ul', { class: 'errors' }, ...errors)] : []),
    ...(rows.length > 0 ? [h('ul', {}, ...rows)] : []),
    source(`What fetch ${id} asks for`, operation),
  ];
}

function tellRun({ timing }: ExplainedFetch): string {
  if (timing === undefined) return 'It was not needed.';
  const { startMs, durationMs, bytes, entities } = timing;
  const asked = entities === 0 ? '' : ` for ${count(entities, 'entity', 'entities')}`;
  const size = bytes === undefined ? '' : ` and brought ${showBytes(bytes)}`;
  return `It was sent${asked} after ${showMs(startMs)}, took ${showMs(durationMs)}${size}.`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
