import type { LiveLook, LiveOperation } from '../live.ts';
import { admin } from './admin.ts';
import { askToBlock } from './blocks.ts';
import { h, setText } from './element.ts';
import type { Feed } from './feed.ts';
import { Follower } from './follower.ts';
import { debugFor } from './log-levels.ts';
import { Figures, head, windowChoice } from './parts.ts';
import { PlanPart } from './plan-part.ts';
import { showMs, showNumber, showOperation, showRate, showShare } from './show.ts';
import { sourceText } from './source-text.ts';
import { subjectPlots } from './subject-plots.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

const titles = ['Requests a second', 'Errors', 'p50', 'p95', 'p99', 'Cost each'];

/** One operation: how it does, its plan as a picture with timings, and its text. */
export const operationView: CreateView = (feed, hash) => {
  const figures = new Figures(titles);
  const plots = subjectPlots(feed, { of: 'operation', name: hash });
  let name = hash.slice(0, 8);
  const actions = h(
    'div',
    { class: 'actions' },
    h('button', { type: 'button', onclick: () => void debugFor('operation', hash, name) }, 'Log all for 10 min'),
    h(
      'button',
      { type: 'button', class: 'danger', onclick: () => void askToBlock({ what: 'operation', name: hash }, name) },
      'Block',
    ),
  );
  const heading = head(`Operation ${name}`, actions, windowChoice(feed));
  const plan = new PlanPart();
  const source = sourceText('Text of the operation');
  const codes = new Table<readonly [string, number]>({
    caption: 'Errors by code',
    empty: 'There were no errors.',
    keyOf: ([code]) => code,
    columns: [
      { title: 'Code', cell: ([text]) => ({ text, isCode: true }) },
      { title: 'Errors', isNumber: true, cell: ([, count]) => showNumber(count) },
    ],
  });
  const look = new Follower(async () => {
    const read = await admin.read<LiveLook>(`/control/operations/${encodeURIComponent(hash)}`);
    name = showOperation(read);
    setText(heading.querySelector('h1') ?? heading, name);
    plan.update(read.plan);
    source.update(read.text);
  });
  const text = h(
    'div',
    {},
    h('h2', {}, 'Text'),
    h('p', { class: 'hint' }, 'Values in it are left out. Its hash is ', h('code', {}, hash), '.'),
    source.element,
  );
  return {
    title: 'Operation',
    element: h(
      'div',
      {},
      h('p', { class: 'kicker' }, h('a', { href: '#/operations' }, 'Operations')),
      heading,
      figures.element,
      plots.element,
      look.element,
      plan.element,
      h('div', { class: 'columns' }, text, h('div', {}, h('h2', {}, 'Errors'), codes.element)),
    ),
    update({ traffic }) {
      plots.update();
      const operation = traffic?.operations.find((one) => one.hash === hash);
      showFigures(figures, operation, feed);
      codes.update(Object.entries(operation?.codes ?? {}).sort(([, one], [, other]) => other - one));
    },
    close() {
      plots.close();
      look.close();
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
