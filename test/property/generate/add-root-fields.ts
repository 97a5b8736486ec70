import type { GraphDraft } from './graph-draft.ts';

/** Gives the subgraphs ways in: queries and mutations, a few of them in several subgraphs. */
export function addRootFields(draft: GraphDraft): void {
  const { dice, plan, subgraphs } = draft;
  for (const [index, subgraph] of subgraphs.entries()) {
    const count = index === 0 ? dice.int(1, 3) : dice.int(0, 3);
    for (let number = 0; number < count; number++) {
      const field = plan.createField(`${subgraph.name}${number}`, 'any');
      draft.addField(subgraph, subgraph.type('type', 'Query'), field);
    }
  }
  for (const entity of plan.entities) {
    const [host] = dice.shuffle(draft.hosts.get(entity) ?? []);
    if (host === undefined || !dice.chance(60)) continue;
    const name = `${entity.name.toLowerCase()}s`;
    host.addField(host.type('type', 'Query'), { name, args: '', type: `[${entity.name}!]!` });
  }
  if (dice.chance(30)) {
    const field = plan.createField('shared', 'shareable');
    for (const subgraph of dice.some(subgraphs, 2)) {
      draft.addField(subgraph, subgraph.type('type', 'Query'), field, '@shareable');
    }
  }
  if (!dice.chance(40)) return;
  for (const subgraph of dice.some(subgraphs, 1, 2)) {
    for (let number = 0; number < 2; number++) {
      const field = plan.createField(`do${subgraph.name.toUpperCase()}${number}`, 'any');
      draft.addField(subgraph, subgraph.type('type', 'Mutation'), field);
    }
  }
}
