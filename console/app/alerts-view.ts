import type { LiveAlert, LiveAlertRule, LiveAlerts, LiveAnomalies, LiveAnomaly } from '../live.ts';
import { admin } from './admin.ts';
import type { Cell } from './cell.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { Figures, head } from './parts.ts';
import { showAge, showMs, showNumber, showShare, showWhen } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** A rule, and what of it fires or soon may. */
interface RuleRow extends LiveAlertRule {
  readonly alerts: readonly LiveAlert[];
}

interface AlertRow extends LiveAlert {
  readonly measures: LiveAlertRule['measures'] | undefined;
}

/** What fires and since when, the rules that are looked at, what was unusual, and what load is expected. */
export const alertsView: CreateView = () => {
  const figures = new Figures(['Firing', 'Pending', 'Rules', 'Requests a second', 'Expected in one hour']);
  const firing = createAlertTable();
  const rules = createRuleTable();
  const alerts = new Follower(async () => {
    const read = await admin.read<LiveAlerts>('/alerts');
    figures.set('Firing', countOf(read, 'firing'), read.alerts.some(isFiring));
    figures.set('Pending', countOf(read, 'pending'));
    figures.set('Rules', showNumber(read.rules.length));
    firing.update(
      read.alerts.map((alert) => ({ ...alert, measures: read.rules.find((rule) => isOf(alert, rule))?.measures })),
    );
    rules.update(read.rules.map((rule) => ({ ...rule, alerts: read.alerts.filter((alert) => isOf(alert, rule)) })));
  });
  const found = createAnomalyTable();
  const said = h('p', { class: 'lead' });
  const anomalies = new Follower(async () => {
    const read = await admin.read<LiveAnomalies>('/anomalies');
    figures.set('Expected in one hour', read.forecast === undefined ? '–' : showNumber(read.forecast));
    said.textContent = sayOf(read);
    found.update(read.found);
    found.element.hidden = !read.isOn && read.found.length === 0;
  }, 10_000);
  return {
    title: 'Alerts',
    element: h(
      'div',
      {},
      head('Alerts'),
      figures.element,
      alerts.element,
      firing.element,
      rules.element,
      h('h2', {}, 'Anomalies'),
      anomalies.element,
      said,
      found.element,
    ),
    update({ traffic }) {
      const { total, windowMs = 1 } = traffic ?? {};
      figures.set('Requests a second', total === undefined ? '–' : showNumber(total.requests / (windowMs / 1_000)));
    },
    close() {
      alerts.close();
      anomalies.close();
    },
  };
};

/** Whether a rule has found it; several may have one name. */
function isOf({ name, summary }: LiveAlert, rule: LiveAlertRule): boolean {
  return name === rule.name && summary === rule.summary;
}

function isFiring({ state }: LiveAlert): boolean {
  return state === 'firing';
}

function countOf({ alerts }: LiveAlerts, wanted: LiveAlert['state']): string {
  return showNumber(alerts.filter(({ state }) => state === wanted).length);
}

function createAlertTable(): Table<AlertRow> {
  return new Table<AlertRow>({
    caption: 'What fires, and what will if it goes on',
    empty: 'Nothing fires.',
    keyOf: ({ key }) => key,
    columns: [
      { title: 'Alert', cell: ({ name, runbook }) => ({ text: name, href: runbook, isOutside: true }) },
      {
        title: 'State',
        isShort: true,
        cell: (alert) => ({ text: alert.state, tag: isFiring(alert) ? 'bad' : 'warn' }),
      },
      { title: 'Severity', isShort: true, isExtra: true, cell: ({ severity }) => severity },
      { title: 'Since', isShort: true, cell: ({ sinceMs }) => showWhen(sinceMs) },
      { title: 'For', isShort: true, isExtra: true, cell: ({ sinceMs }) => showAge(Date.now() - sinceMs) },
      {
        title: 'Of',
        cell: toLabels,
      },
      { title: 'Measured', isNumber: true, isExtra: true, cell: toMeasured },
      { title: 'What it means', isExtra: true, cell: ({ summary }) => summary },
    ],
  });
}

function createRuleTable(): Table<RuleRow> {
  return new Table<RuleRow>({
    caption: 'Rules and objectives that are looked at',
    empty: 'No rule is configured. Set alerts.rules and alerts.slos.',
    keyOf: ({ name, summary }) => `${name} ${summary}`,
    columns: [
      { title: 'Rule', cell: ({ name, runbook }) => ({ text: name, href: runbook, isOutside: true }) },
      { title: 'State', isShort: true, cell: toRuleState },
      { title: 'Severity', isShort: true, isExtra: true, cell: ({ severity }) => severity },
      { title: 'After', isShort: true, isExtra: true, cell: ({ forMs }) => (forMs === 0 ? 'at once' : showAge(forMs)) },
      { title: 'What it means', isExtra: true, cell: ({ summary }) => summary },
    ],
  });
}

function toLabels({ labels }: AlertRow): string {
  const named = Object.entries(labels).filter(([, text]) => text !== '');
  return named.map(([label, text]) => `${label} ${text}`).join(', ') || 'all';
}

function toRuleState({ alerts }: RuleRow): Cell {
  const firing = alerts.filter(isFiring);
  const [first] = firing;
  if (first !== undefined) return { text: firing.length === 1 ? 'firing' : `${firing.length} firing`, tag: 'bad' };
  return alerts.length > 0 ? { text: 'pending', tag: 'warn' } : { text: 'quiet', tag: 'good' };
}

function createAnomalyTable(): Table<LiveAnomaly> {
  return new Table<LiveAnomaly>({
    caption: 'What was unusual lately, newest first',
    empty: 'Nothing was unusual.',
    keyOf: ({ atMs, kind, of, name }) => `${atMs} ${kind} ${of} ${name}`,
    columns: [
      { title: 'What', cell: ({ kind }) => kind },
      { title: 'When', isShort: true, cell: ({ atMs }) => showWhen(atMs) },
      { title: 'Of', cell: ({ of, name }) => (name === '' ? of : `${of} ${name}`) },
      { title: 'Deviations', isNumber: true, isExtra: true, cell: ({ score }) => showNumber(Math.round(score)) },
      { title: 'What it means', isExtra: true, cell: ({ summary }) => summary },
    ],
  });
}

function sayOf({ isOn, actions, forecast }: LiveAnomalies): string {
  if (!isOn) return 'It is not looked for what is unusual, and no load is forecast. Set anomalies.enabled.';
  const done = actions.length === 0 ? 'nothing' : actions.join(', ');
  const known = forecast === undefined ? ' Too little is known yet to forecast the load: that takes three days.' : '';
  return `It is looked every five minutes; done about it: ${done}.${known}`;
}

function toMeasured({ value, measures = 'metric' }: AlertRow): string {
  if (value === undefined) return '–';
  switch (measures) {
    case 'share':
      return showShare(value, 1);
    case 'seconds':
      return showMs(value * 1_000);
    case 'speed':
      return `${showNumber(value)} times too fast`;
    case 'count':
    case 'metric':
      return String(Number(value.toPrecision(3)));
    default:
      return measures satisfies never;
  }
}
