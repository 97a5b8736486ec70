import type { LiveFetch, LiveLook } from '../live.ts';
import { h, setText } from './element.ts';
import { drawPlan } from './plan-picture.ts';
import { showMs, showNumber } from './show.ts';
import { sourceText } from './source-text.ts';

type Plan = NonNullable<LiveLook['plan']>;

/** The plan of an operation as a picture with timings, and what the fetch asks for that is chosen. */
export class PlanPart {
  readonly element: HTMLElement;
  readonly #said = h('p', { class: 'hint' }, 'Reading the plan.');
  readonly #picture = h('div', {
    class: 'plan',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Picture of the plan',
    hidden: true,
  });
  readonly #details = h('div', { 'aria-live': 'polite' });
  #chosen: number | undefined;
  #drawn = '';
  #told = '';

  constructor() {
    this.element = h('div', {}, h('h2', {}, 'Plan'), this.#said, this.#picture, this.#details);
  }

  update(plan: Plan | undefined): void {
    this.#picture.hidden = plan === undefined;
    if (plan === undefined) {
      setText(this.#said, 'It was not run since the supergraph came, or needs no subgraph.');
      return;
    }
    const fetches = plan.waves.flat().filter((step) => step.kind === 'fetch');
    const runs = plan.runs === 1 ? 'once' : `${showNumber(plan.runs)} times`;
    const count = fetches.length === 1 ? '1 fetch' : `${fetches.length} fetches`;
    const waves = plan.waves.length === 1 ? '1 wave' : `${plan.waves.length} waves`;
    setText(
      this.#said,
      `${count} in ${waves}; run ${runs}. Bars show when each fetch usually begins and ends. Choose one to see what it asks for.`,
    );
    const text = JSON.stringify(plan.waves);
    // What somebody points at is not drawn anew under them for nothing.
    if (text === this.#drawn) return;
    this.#drawn = text;
    this.#draw(plan);
  }

  #draw({ waves }: Plan): void {
    const steps = () => [...this.#picture.querySelectorAll<SVGElement>('.step')];
    const focused = steps().findIndex((step) => step.matches(':focus'));
    const { element, choose } = drawPlan<LiveFetch>(waves, {
      saidOf: ({ timing }) =>
        timing === undefined ? 'not needed so far' : `p50 ${showMs(timing.p50Ms)}, p95 ${showMs(timing.p95Ms)}`,
      timeOf: toTime,
      onChoose: (step) => this.#show(step),
    });
    this.#picture.replaceChildren(element);
    if (this.#chosen !== undefined) choose(this.#chosen);
    steps()[focused]?.focus({ preventScroll: true });
  }

  #show(step: LiveFetch): void {
    this.#chosen = step.id;
    const parts = showFetch(step);
    const text = parts.map(({ textContent }) => textContent).join('\n');
    // A screen reader is told of what is another one, not of all every few seconds.
    if (text === this.#told) return;
    this.#told = text;
    this.#details.replaceChildren(...parts);
  }
}

function toTime({ timing }: LiveFetch) {
  if (timing === undefined) return undefined;
  const { startMs, p50Ms, p95Ms, failures, runs } = timing;
  const note = `begins after ${showMs(startMs)}; ${failures} of ${runs} had errors`;
  return { startMs, durationMs: p50Ms, mostMs: p95Ms, hasFailed: failures > 0, note };
}

function showFetch({ id, subgraph, entities, operation, timing }: LiveFetch): readonly HTMLElement[] {
  const rows = entities.map(({ types, at, key }) =>
    h('li', {}, `${types.join(', ')} at `, h('code', {}, at), ', by ', h('code', {}, key)),
  );
  const told =
    timing === undefined
      ? 'It was not needed so far.'
      : `Begins after ${showMs(timing.startMs)}; p50 ${showMs(timing.p50Ms)}, p95 ${showMs(timing.p95Ms)}, longest ${showMs(timing.mostMs)} of the last runs; ${timing.failures} of ${timing.runs} had errors.`;
  return [
    h('h3', {}, `Fetch ${id} from ${subgraph}`),
    h('p', {}, told),
    ...(rows.length > 0 ? [h('ul', {}, ...rows)] : []),
    sourceText(`What fetch ${id} asks for`, operation).element,
  ];
}
