import type { GraphDraft } from './graph-draft.ts';

/** Moves fields of entities to another subgraph while their old one still has them. */
export function addOverrides(draft: GraphDraft): void {
  const { dice, plan } = draft;
  for (const entity of plan.entities) {
    const hosts = draft.hosts.get(entity) ?? [];
    for (const field of entity.fields) {
      const [owner, ...others] = draft.ownersOf(entity, field);
      if (owner === undefined || others.length > 0 || field.isTrait || !dice.chance(10)) continue;
      const isPlain = owner.types.get(entity.name)?.fields.get(field.name)?.directives.size === 0;
      const takers = hosts.filter((host) => host !== owner && !host.types.get(entity.name)?.fields.has(field.name));
      if (!isPlain || takers.length === 0) continue;
      const taker = dice.pick(takers);
      const label = dice.chance(40) ? `, label: "percent(${dice.pick([0, 50, 100])})"` : '';
      const override = `@override(from: ${JSON.stringify(owner.name)}${label})`;
      draft.addField(taker, taker.type('type', entity.name), field, override);
      draft.owners.set(`${entity.name}.${field.name}`, label === '' ? [taker] : [owner, taker]);
    }
  }
}
