import type { GraphDraft } from './graph-draft.ts';
import type { EntityPlan, FieldPlan, KeyPlan } from './graph-plan.ts';

/** Gives every entity its subgraphs, and every field of it those that resolve it. */
export function placeEntities(draft: GraphDraft): void {
  for (const entity of draft.plan.entities) placeHosts(draft, entity);
  for (const entity of draft.plan.entities) {
    for (const field of entity.fields) placeField(draft, entity, field);
  }
}

function placeHosts(draft: GraphDraft, entity: EntityPlan): void {
  const { dice, subgraphs } = draft;
  const hosts = dice.some(subgraphs, 1, 4);
  draft.hosts.set(entity, hosts);
  // A key through another entity must be one by which that one can be reached.
  const isUsable = ({ targetKey }: KeyPlan) =>
    targetKey === undefined || draft.plan.entities.some(({ placedKeys }) => placedKeys.includes(targetKey));
  const usable = entity.keys.filter(isUsable);
  let reachable: readonly KeyPlan[] = [dice.pick(usable)];
  for (const host of hosts) {
    // One key in common with those before it lets every host be reached from every other, through a third one if need be.
    const keys = new Set([dice.pick(reachable), ...dice.some(usable, 0, 2)]);
    reachable = [...new Set([...reachable, ...keys])];
    for (const key of keys) draft.addKey(host, entity, key, true);
  }
  entity.placedKeys.push(...reachable);
}

function placeField(draft: GraphDraft, entity: EntityPlan, field: FieldPlan): void {
  const { dice } = draft;
  const hosts = draft.hosts.get(entity) ?? [];
  const isShared = field.isTrait || (hosts.length > 1 && dice.chance(30));
  const owners = isShared ? dice.some(hosts, field.isTrait ? 1 : 2) : [dice.pick(hosts)];
  draft.owners.set(`${entity.name}.${field.name}`, owners);
  for (const owner of owners) {
    draft.addField(owner, owner.type('type', entity.name), field, ...(isShared ? ['@shareable'] : []));
  }
}
