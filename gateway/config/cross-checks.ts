import { closestWord } from './closest-word.ts';
import type { ValuePath, ValueProblem } from './problem.ts';
import { isMapping, valueAt } from './values.ts';

/** What no section can see alone. Looks at the values as they stand, so that it can speak beside other problems. */
export function crossChecks(
  root: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ValueProblem[] {
  return [
    ...checkSubgraphNames(root),
    ...checkNamedSubgraphs(root),
    ...checkPorts(root),
    ...checkEngine(root),
    ...checkAlerts(root),
    ...checkFaults(root, environment),
    ...checkEndpointGroups(root),
    ...checkHashSources(root),
  ];
}

/** Names end as enum values of the supergraph and as labels of metrics: some differ only until then. */
function* checkSubgraphNames(root: unknown): Iterable<ValueProblem> {
  const seen = new Map<string, string>();
  for (const name of subgraphNames(root) ?? []) {
    const folded = name.toLowerCase().replaceAll('-', '_');
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, name);
    else {
      const message = `is too like ${other}: names of subgraphs must differ by more than case, - and _`;
      yield { path: ['graph', 'subgraphs', name], at: 'key', message };
    }
  }
}

function* checkNamedSubgraphs(root: unknown): Iterable<ValueProblem> {
  const names = subgraphNames(root);
  if (names === undefined) return;
  const problem = (path: ValuePath, at: 'key' | 'value', name: string): ValueProblem => {
    const closest = closestWord(name, names);
    const suggestion = closest === undefined ? '' : `; did you mean ${closest}?`;
    return { path, at, message: `names a subgraph that is not in graph.subgraphs${suggestion}` };
  };
  for (const section of ['traffic', 'cost']) {
    const named = valueAt(root, [section, 'subgraphs']);
    for (const name of isMapping(named) ? Object.keys(named) : []) {
      if (!names.includes(name)) yield problem([section, 'subgraphs', name], 'key', name);
    }
  }
  const rules = [
    ['headers', 'toSubgraphs'],
    ['headers', 'toClients'],
    ['identity', 'onward', 'rules'],
    ['faults', 'rules'],
  ];
  for (const list of rules) {
    for (const [rule, index] of listAt(root, list)) {
      for (const [name, position] of listAt(rule, ['subgraphs'])) {
        const path = [...list, index, 'subgraphs', position];
        if (typeof name === 'string' && !names.includes(name)) yield problem(path, 'value', name);
      }
    }
  }
  for (const list of ['rules', 'slos']) {
    for (const [rule, index] of listAt(root, ['alerts', list])) {
      const name = valueAt(rule, ['subgraph']);
      const path = ['alerts', list, index, 'subgraph'];
      if (typeof name === 'string' && !names.includes(name)) yield problem(path, 'value', name);
    }
  }
}

function* checkPorts(root: unknown): Iterable<ValueProblem> {
  const port = valueAt(root, ['admin', 'port']);
  if (port === 0 || port !== (valueAt(root, ['listen', 'port']) ?? 4000)) return;
  if (valueAt(root, ['admin', 'enabled']) === false) return;
  const hosts = ['listen', 'admin'].map((section) => valueAt(root, [section, 'host']) ?? '127.0.0.1');
  const shared = hosts[0] === hosts[1] || hosts.some((host) => host === '0.0.0.0' || host === '::');
  if (shared) yield { path: ['admin', 'port'], at: 'value', message: 'must not be the port of listen' };
}

function* checkEngine(root: unknown): Iterable<ValueProblem> {
  if (valueAt(root, ['engine']) !== 'stitched') return;
  const needed = (path: ValuePath, reason: string): ValueProblem => {
    return { path, at: 'value', message: `needs engine: compiled, as the stitched engine ${reason}` };
  };
  if (valueAt(root, ['queryPlan'])) yield needed(['queryPlan'], 'makes no plans');
  const defaults = ['traffic', 'fallback', 'defaults'];
  if (listAt(root, defaults).length > 0) yield needed(defaults, 'knows no defaults');
  for (const [label, index] of listAt(root, ['overrides', 'labels'])) {
    if (isMapping(label)) yield needed(['overrides', 'labels', index], 'knows no conditions of labels');
  }
}

function* checkFaults(
  root: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Iterable<ValueProblem> {
  const isProduction = environment['NODE_ENV'] === 'production';
  if (!isProduction || valueAt(root, ['faults', 'inProduction']) === true) return;
  if (listAt(root, ['faults', 'rules']).length === 0) return;
  const message = 'are refused, as NODE_ENV is production: take them out, or set faults.inProduction to true';
  yield { path: ['faults', 'rules'], at: 'value', message };
}

/** Where endpoints are looked up, nobody knows their groups yet. */
function* checkEndpointGroups(root: unknown): Iterable<ValueProblem> {
  const subgraphs = valueAt(root, ['traffic', 'subgraphs']);
  for (const [name, traffic] of isMapping(subgraphs) ? Object.entries(subgraphs) : []) {
    if (valueAt(traffic, ['discover']) !== undefined) continue;
    const listed = listAt(traffic, ['endpoints']);
    // The URL of the subgraph names none either.
    const groups = listed.length === 0 ? ['default'] : listed.map(([one]) => valueAt(one, ['group']) ?? 'default');
    const copies = valueAt(traffic, ['mirror', 'group']);
    const problem = (section: string, group: unknown): ValueProblem => {
      const message = `names the group ${group}, which no endpoint is in`;
      return { path: ['traffic', 'subgraphs', name, section], at: 'value', message };
    };
    if (typeof copies === 'string' && !groups.includes(copies)) yield problem('mirror', copies);
    yield* checkSharing(valueAt(traffic, ['groups']), ['traffic', 'subgraphs', name, 'groups'], (group) =>
      groups.some((one) => one === group && one !== copies),
    );
    const canary = valueAt(traffic, ['canary']);
    if (!isMapping(canary)) continue;
    for (const [key, group] of Object.entries({ group: 'canary', baseline: 'stable', ...canary })) {
      if (key !== 'group' && key !== 'baseline') continue;
      if (typeof group === 'string' && !groups.some((one) => one === group && one !== copies)) {
        yield problem('canary', group);
      }
    }
  }
}

/** A group that is misspelt would get nothing, and nobody would know. */
function* checkSharing(sharing: unknown, path: ValuePath, isThere: (group: string) => boolean): Iterable<ValueProblem> {
  const message = 'names a group that no endpoint is in';
  const weights = valueAt(sharing, ['weights']);
  for (const group of isMapping(weights) ? Object.keys(weights) : []) {
    if (!isThere(group)) yield { path: [...path, 'weights', group], at: 'key', message };
  }
  for (const [rule, index] of listAt(sharing, ['rules'])) {
    const group = valueAt(rule, ['group']);
    if (typeof group === 'string' && !isThere(group)) {
      yield { path: [...path, 'rules', index, 'group'], at: 'value', message };
    }
  }
}

/** What endpoints are not chosen by must not look as if they were. */
function* checkHashSources(root: unknown): Iterable<ValueProblem> {
  const subgraphs = valueAt(root, ['traffic', 'subgraphs']);
  for (const [name, traffic] of isMapping(subgraphs) ? Object.entries(subgraphs) : []) {
    const path = ['traffic', 'subgraphs', name];
    const balance = valueAt(traffic, ['balance']) ?? valueAt(root, ['traffic', 'all', 'balance']);
    if (valueAt(traffic, ['hashBy']) !== undefined && balance !== 'consistent-hash') {
      const message = 'needs balance: consistent-hash; without it nothing is chosen by it';
      yield { path: [...path, 'hashBy'], at: 'key', message };
    }
    const service = valueAt(root, ['graph', 'subgraphs', name]);
    if (valueAt(service, ['kind']) !== 'rest' && valueAt(service, ['openapi']) === undefined) continue;
    for (const source of [['hashBy'], ['groups', 'sticky']]) {
      const at = [...source, 'variable'];
      if (valueAt(traffic, at) === undefined) continue;
      const message = 'must not be used for a REST service, whose requests have no variables';
      yield { path: [...path, ...at], at: 'key', message };
    }
  }
}

/** Alerts look at what is counted. */
function* checkAlerts(root: unknown): Iterable<ValueProblem> {
  if (listAt(root, ['alerts', 'rules']).length === 0 && listAt(root, ['alerts', 'slos']).length === 0) return;
  const metrics = valueAt(root, ['telemetry', 'metrics']);
  if (!isMapping(metrics) || metrics['prometheus'] !== false || metrics['otlp'] !== undefined) return;
  const message = 'is needed for alerts: without metrics there is nothing to look at';
  yield { path: ['telemetry', 'metrics', 'prometheus'], at: 'value', message };
}

function subgraphNames(root: unknown): readonly string[] | undefined {
  const subgraphs = valueAt(root, ['graph', 'subgraphs']);
  return isMapping(subgraphs) ? Object.keys(subgraphs) : undefined;
}

function listAt(root: unknown, path: ValuePath): readonly (readonly [unknown, number])[] {
  const list = valueAt(root, path);
  return Array.isArray(list) ? list.map((item, index) => [item, index]) : [];
}
