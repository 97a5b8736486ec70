import { closestWord } from './closest-word.ts';
import type { ValuePath, ValueProblem } from './problem.ts';
import { isMapping, valueAt } from './values.ts';

/** What no section can see alone. Looks at the values as they stand, so that it can speak beside other problems. */
export function crossChecks(root: unknown): readonly ValueProblem[] {
  return [...checkSubgraphNames(root), ...checkNamedSubgraphs(root), ...checkPorts(root)];
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
  const traffic = valueAt(root, ['traffic', 'subgraphs']);
  for (const name of isMapping(traffic) ? Object.keys(traffic) : []) {
    if (!names.includes(name)) yield problem(['traffic', 'subgraphs', name], 'key', name);
  }
  for (const direction of ['toSubgraphs', 'toClients']) {
    for (const [rule, index] of listAt(root, ['headers', direction])) {
      for (const [name, position] of listAt(rule, ['subgraphs'])) {
        const path = ['headers', direction, index, 'subgraphs', position];
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

function subgraphNames(root: unknown): readonly string[] | undefined {
  const subgraphs = valueAt(root, ['graph', 'subgraphs']);
  return isMapping(subgraphs) ? Object.keys(subgraphs) : undefined;
}

function listAt(root: unknown, path: ValuePath): readonly (readonly [unknown, number])[] {
  const list = valueAt(root, path);
  return Array.isArray(list) ? list.map((item, index) => [item, index]) : [];
}
