import type { LiveFetch, LiveLook, LiveOperation } from '../live.ts';
import { admin } from './admin.ts';
import { h, setText } from './element.ts';
import type { Feed } from './feed.ts';
import { Figures, head, windowChoice } from './parts.ts';
import { drawPlan } from './plan-picture.ts';
import { showMs, showNumber, showOperation, showRate, showShare } from './show.ts';
import type { CreateView } from './view.ts';

const titles = ['Requests a second', 'Errors', 'p50', 'p95', 'p99', 'Cost each'];
const refreshMs = 5_000;

/** One operation: how it does, its text, and its plan as a picture with timings. */
export const operationView: CreateView = (feed, hash) => {
  const figures = new Figures(titles);
  const heading = head(`Operation ${hash.slice(0, 8)}`, windowChoice(feed));
  const body = h('div', {}, h('p', { class: 'muted' }, 'Reading the operation.'));
  const element = h(
    'div',
    {},
    h('p', { class: 'kicker' }, h('a', { href: '#/operations' }, 'Operations')),
    heading,
    figures.element,
    body,
  );
  let isClosed = false;
  let chosen: number | undefined;

  const read = async () => {
    try {
      const look = await admin.read<LiveLook>(`/control/operations/${encodeURIComponent(hash)}`);
      if (isClosed) return;
      setText(heading.querySelector('h1') ?? heading, showOperation(look));
      showLook(body, look, chosen, (step) => {
        chosen = step;
      });
    } catch (error) {
      if (isClosed) return;
      body.replaceChildren(h('p', { class: 'empty' }, error instanceof Error ? error.message : String(error)));
    }
  };
  void read();
  const timer = setInterval(() => {
    // What somebody is reading is not moved away under them.
    if (!document.hidden && !body.contains(document.activeElement)) void read();
  }, refreshMs);
  return {
    title: 'Operation',
    element,
    update: ({ traffic }) =>
      showFigures(
        figures,
        traffic?.operations.find((one) => one.hash === hash),
        feed,
      ),
    close() {
      isClosed = true;
      clearInterval(timer);
    },
  };
};

function showFigures(figures: Figures, operation: LiveOperation | undefined, feed: Feed): void {
  const { requests = 0, errors = 0, cost = 0, p50Ms, p95Ms, p99Ms } = operation ?? {};
  figures.set('Requests a second', showRate(requests, feed.live.traffic?.windowMs ?? 1));
  figures.set('Errors', showShare(errors, requests), errors > 0);
  figures.set('p50', showMs(p50Ms));
  figures.set('p95', showMs(p95Ms));
  figures.set('p99', showMs(p99Ms));
  figures.set('Cost each', cost === 0 ? '–' : showNumber(cost / requests));
}

function showLook(
  body: HTMLElement,
  look: LiveLook,
  chosen: number | undefined,
  onChosen: (step: number) => void,
): void {
  const { plan, text } = look;
  const parts: HTMLElement[] = [h('h2', {}, 'Plan')];
  if (plan === undefined) {
    parts.push(h('p', { class: 'empty' }, 'It was not run since the supergraph came, or needs no subgraph.'));
  } else {
    const details = h(
      'div',
      { 'aria-live': 'polite' },
      h('p', { class: 'hint' }, 'Choose a fetch to see what it asks for.'),
    );
    const picture = h('div', { class: 'plan', tabindex: 0, role: 'region', 'aria-label': 'Picture of the plan' });
    const choose = (step: LiveFetch) => {
      onChosen(step.id);
      for (const other of picture.querySelectorAll('[data-step]')) {
        other.setAttribute('aria-pressed', String(other.getAttribute('data-step') === String(step.id)));
      }
      details.replaceChildren(...showFetch(step));
    };
    picture.append(drawPlan(plan, choose));
    const fetches = plan.waves.flat().filter((step) => step.kind === 'fetch');
    const said = `${fetches.length} fetches in ${plan.waves.length} waves; run ${showNumber(plan.runs)} times. Bars show when each fetch usually begins and ends.`;
    parts.push(h('p', { class: 'hint' }, said), picture, details);
    const known = fetches.find(({ id }) => id === chosen);
    if (known !== undefined) choose(known);
  }
  const source = h(
    'pre',
    { class: 'source', tabindex: 0, role: 'region', 'aria-label': 'Text of the operation' },
    h('code', {}, ...toLines(text)),
  );
  body.replaceChildren(...parts, h('h2', {}, 'Text'), h('p', { class: 'hint' }, 'Values in it are left out.'), source);
}

function showFetch({ id, subgraph, entities, operation, timing }: LiveFetch): readonly HTMLElement[] {
  const rows = entities.map(({ types, at, key }) =>
    h('li', {}, `${types.join(', ')} at `, h('code', {}, at), ', by ', h('code', {}, key)),
  );
  const told =
    timing === undefined
      ? 'It was not needed so far.'
      : `Begins after ${showMs(timing.startMs)}; p50 ${showMs(timing.p50Ms)}, p95 ${showMs(timing.p95Ms)}, longest ${showMs(timing.mostMs)} of the last runs; ${timing.failures} of ${timing.runs} failed.`;
  return [
    h('h3', {}, `Fetch ${id} from ${subgraph}`),
    h('p', {}, told),
    ...(rows.length > 0 ? [h('ul', {}, ...rows)] : []),
    h(
      'pre',
      { class: 'source', tabindex: 0, role: 'region', 'aria-label': `What fetch ${id} asks for` },
      h('code', {}, ...toLines(operation)),
    ),
  ];
}

function toLines(text: string): readonly HTMLElement[] {
  return text.split('\n').map((line) => h('span', {}, line));
}
