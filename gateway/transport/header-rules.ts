import type { SubgraphHeaderRule } from '../config/headers.ts';
import { connectionNames, foldHeaderName, isNeverFromClients, neverToSubgraphs } from './header-names.ts';

/** Where the value of a header comes from; `nowhere` takes back what earlier rules said. */
type Source =
  | { readonly kind: 'client'; readonly name: string }
  | { readonly kind: 'set'; readonly value: string }
  | { readonly kind: 'nowhere' };

/** The headers for a subgraph, names and values in turn: `fixed` ones, then those the rules send for a client. */
export type SubgraphHeaders = (client: ReadonlyMap<string, string>) => string[];

const noNames: ReadonlySet<string> = new Set();

/**
 * Compiles the rules for one subgraph. Of several rules for a header the last one that has a value decides; within one
 * rule `propagate` comes before `rename`, `set` and `remove`. Nothing is sent that no rule names, and no rule has a say in the
 * headers of `identityNames`.
 */
export function compileHeaderRules(
  rules: readonly SubgraphHeaderRule[],
  subgraph: string,
  fixed: readonly string[],
  identityNames = noNames,
): SubgraphHeaders {
  const latestFirst = new Map<string, Source[]>();
  for (const [name, source] of rules.filter((rule) => isFor(rule, subgraph)).flatMap(sourcesOf)) {
    if (neverToSubgraphs.has(name) || identityNames.has(foldHeaderName(name))) continue;
    if (source.kind === 'client' && isNeverFromClients(source.name, identityNames)) continue;
    const sources = latestFirst.get(name) ?? [];
    latestFirst.set(name, sources);
    if (source.kind !== 'client') sources.length = 0;
    sources.unshift(source);
  }
  const sent = [...latestFirst];
  return (client) => {
    const headers = [...fixed];
    const hidden = sent.length === 0 ? [] : connectionNames(client.get('connection'));
    for (const [name, sources] of sent) {
      const value = findValue(sources, client, hidden);
      if (value !== undefined) headers.push(name, value);
    }
    return headers;
  };
}

/** Whether a rule is meant for a subgraph. */
export function isFor(rule: { readonly subgraphs?: readonly string[] | undefined }, subgraph: string): boolean {
  return rule.subgraphs === undefined || rule.subgraphs.includes(subgraph);
}

function sourcesOf(rule: SubgraphHeaderRule): (readonly [string, Source])[] {
  const { propagate = [], rename = {}, set = {}, remove = [] } = rule;
  return [
    ...propagate.map((name) => [name, { kind: 'client', name }] as const),
    ...Object.entries(rename).map(([from, to]) => [to, { kind: 'client', name: from }] as const),
    ...Object.entries(set).map(([name, value]) => [name, { kind: 'set', value }] as const),
    ...remove.map((name) => [name, { kind: 'nowhere' }] as const),
  ];
}

function findValue(
  latestFirst: readonly Source[],
  client: ReadonlyMap<string, string>,
  hidden: readonly string[],
): string | undefined {
  for (const source of latestFirst) {
    if (source.kind === 'nowhere') return undefined;
    if (source.kind === 'set') return source.value;
    const value = hidden.includes(source.name) ? undefined : client.get(source.name);
    if (value !== undefined) return value;
  }
  return undefined;
}
