import type { DraftSubgraph } from './draft-subgraph.ts';
import type { GraphDraft } from './graph-draft.ts';
import type { FieldPlan } from './graph-plan.ts';

/** Adds objects without keys of which each subgraph has other fields, below entities and below the root. */
export function addSplitValues(draft: GraphDraft): void {
  const { dice, plan, subgraphs } = draft;
  for (const entity of plan.entities) {
    const hosts = draft.hosts.get(entity) ?? [];
    if (hosts.length < 2 || !dice.chance(15)) continue;
    addSplit(draft, entity.name, dice.some(hosts, 2));
  }
  if (dice.chance(12)) addSplit(draft, 'Query', dice.some(subgraphs, 2));
}

function addSplit(draft: GraphDraft, parent: string, hosts: readonly DraftSubgraph[]): void {
  const { dice, plan } = draft;
  const name = `${parent}Split`;
  const type = dice.pick(['%', '%!', '[%!]']).replace('%', name);
  const link: FieldPlan = {
    ...plan.createLeaf(`${parent.toLowerCase()}Split`),
    args: '',
    argTypes: [],
    type,
    target: name,
  };
  for (const host of hosts) {
    host.addField(host.type('type', parent), link, '@shareable');
    host.type('type', name).directives.add('@shareable');
    draft.addField(host, host.type('type', name), plan.createLeaf(`only${host.name.toUpperCase()}`));
  }
  const field = plan.createLeaf('both');
  for (const host of dice.some(hosts, 1)) draft.addField(host, host.type('type', name), field);
}
