import type { Explained, ExplainedAnswer, ExplainedCost, ExplainedShare } from '../../explained.ts';
import { h } from '../element.ts';
import { showNumber } from '../show.ts';
import { hint, table } from './parts.ts';

/** What the operation costs: in all, by field and by subgraph. */
export function costTab({ cost, operation }: Explained, answer: ExplainedAnswer | undefined): readonly HTMLElement[] {
  if (cost === undefined) return [hint('There is no cost yet.')];
  const { base, fields, subgraphs } = cost;
  const root = base === 0 ? [] : [row(showNumber(base), operation?.kind ?? 'operation', '', '', 0)];
  const byField = table(
    'Cost by field',
    ['Cost', 'Field', 'Values × each', 'In the schema'],
    [...root, ...fields.map(showShare)],
  );
  const isLimited = subgraphs.some(({ limit }) => limit !== undefined);
  const bySubgraph = table(
    'Cost by subgraph',
    ['Cost', 'Subgraph', ...(isLimited ? ['Allowed'] : [])],
    subgraphs.map(({ subgraph, estimated, limit }) =>
      h(
        'tr',
        { class: limit !== undefined && estimated > limit ? 'bad' : undefined },
        h('td', { class: 'number' }, showNumber(estimated)),
        h('th', { scope: 'row' }, subgraph),
        isLimited ? h('td', { class: 'quiet' }, limit === undefined ? 'not limited' : showNumber(limit)) : undefined,
      ),
    ),
  );
  return [
    h('div', { class: 'total' }, ...showTotal(cost, answer), bySubgraph),
    h('div', { class: 'fields', tabindex: 0, role: 'region', 'aria-label': 'Cost by field' }, byField),
  ];
}

function showTotal({ estimated, limit }: ExplainedCost, answer: ExplainedAnswer | undefined): readonly HTMLElement[] {
  const actual = answer?.cost.actual;
  const figures = h(
    'dl',
    { class: 'figures' },
    ...figure('Estimated', showNumber(estimated), limit !== undefined && estimated > limit),
    ...figure('Allowed', limit === undefined ? 'not limited' : showNumber(limit)),
    ...figure('Actual', actual === undefined ? 'run it' : showNumber(actual)),
  );
  if (limit === undefined) return [figures, hint('Nothing limits what one operation costs: "cost" is off.')];
  const used = h('span', { class: estimated > limit ? 'late' : undefined });
  used.style.width = `${Math.min(100, (100 * estimated) / Math.max(1, limit))}%`;
  return [figures, h('div', { class: 'meter', 'aria-hidden': 'true' }, used)];
}

function figure(title: string, value: string, isBad = false): readonly HTMLElement[] {
  return [h('div', { class: isBad ? 'bad' : undefined }, h('dt', {}, title), h('dd', {}, value))];
}

function showShare({
  depth,
  responseName,
  coordinate,
  cost,
  size,
  each,
  arguments: args,
}: ExplainedShare): HTMLElement {
  const values = size === 1 ? '' : `${showNumber(size)} × ${showNumber(each)}`;
  const sum = [values, args === 0 ? '' : `${showNumber(args)} for arguments`].filter((part) => part !== '').join(' + ');
  return row(showNumber(cost), responseName, sum, coordinate, depth);
}

function row(cost: string, name: string, sum: string, coordinate: string, depth: number): HTMLElement {
  const head = h('th', { scope: 'row' }, name);
  head.style.paddingInlineStart = `${0.6 + depth * 1.1}em`;
  return h(
    'tr',
    { class: cost === '0' ? 'free' : undefined },
    h('td', { class: 'number' }, cost),
    head,
    h('td', { class: 'quiet' }, sum),
    h('td', { class: 'quiet' }, h('code', {}, coordinate)),
  );
}
