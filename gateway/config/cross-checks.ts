import { closestWord } from './closest-word.ts';
import type { ValuePath, ValueProblem } from './problem.ts';
import { isMapping, valueAt } from './values.ts';

/** What no section can see alone. Looks at the values as they stand, so that it can speak beside other problems. */
export function crossChecks(root: unknown): readonly ValueProblem[] {
  return [...checkSubgraphNames(root), ...checkNamedSubgraphs(root), ...checkPorts(root), ...checkEngine(root)];
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
  ];
  for (const list of rules) {
    for (const [rule, index] of listAt(root, list)) {
      for (const [name, position] of listAt(rule, ['subgraphs'])) {
        const path = [...list, index, 'subgraphs', position];
        if (typeof name === 'string' && !names.includes(name)) yield problem(path, 'value', name);
      }
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
  if (valueAt(root, ['engine']) !== 'stitched' || !valueAt(root, ['queryPlan'])) return;
  yield { path: ['queryPlan'], at: 'value', message: 'needs engine: compiled, as the stitched engine makes no plans' };
}

function subgraphNames(root: unknown): readonly string[] | undefined {
  const subgraphs = valueAt(root, ['graph', 'subgraphs']);
  return isMapping(subgraphs) ? Object.keys(subgraphs) : undefined;
}

function listAt(root: unknown, path: ValuePath): readonly (readonly [unknown, number])[] {
  const list = valueAt(root, path);
  return Array.isArray(list) ? list.map((item, index) => [item, index]) : [];
}
