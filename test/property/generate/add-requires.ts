import type { DraftSubgraph } from './draft-subgraph.ts';
import type { GraphDraft } from './graph-draft.ts';
import type { EntityPlan, FieldPlan } from './graph-plan.ts';

/** Makes fields of entities need fields of other subgraphs. What is required comes first, so nothing requires itself. */
export function addRequires(draft: GraphDraft): void {
  const { dice, plan } = draft;
  for (const entity of plan.entities) {
    for (const [index, field] of entity.fields.entries()) {
      const [owner, ...others] = draft.ownersOf(entity, field);
      if (owner === undefined || others.length > 0 || field.isTrait || !dice.chance(40)) continue;
      const type = owner.type('type', entity.name);
      const candidates = entity.fields.slice(0, index).filter((one) => {
        const known = type.fields.get(one.name);
        return known === undefined || known.directives.has('@external');
      });
      const chosen = dice.some(candidates, 1, 2).flatMap((one) => select(draft, owner, entity, one) ?? []);
      if (chosen.length === 0) continue;
      const text = chosen.join(' ');
      type.fields.get(field.name)?.directives.add(`@requires(fields: ${JSON.stringify(text)})`);
    }
  }
}

/**
 * Names a field in a field set, and makes it external: a leaf, a value object by one of its leaves, or an entity by a leaf
 * that may be anybody's. Only entities that come before, so that nothing goes in circles.
 */
function select(draft: GraphDraft, owner: DraftSubgraph, entity: EntityPlan, field: FieldPlan): string | undefined {
  const { plan, dice } = draft;
  if (field.givenArgs === undefined) return undefined;
  const use = (below = '') => {
    draft.addField(owner, owner.type('type', entity.name), field, '@external');
    return `${field.name}${field.givenArgs}${below}`;
  };
  if (field.isLeaf) return use();
  const isPlain = (one: FieldPlan) => one.isLeaf && one.givenArgs !== undefined;
  const leaves = plan.values.find(({ name }) => name === field.target)?.fields.filter(isPlain) ?? [];
  if (leaves.length > 0) {
    const leaf = dice.pick(leaves);
    return use(` { ${leaf.name}${leaf.givenArgs} }`);
  }
  const union = plan.unions.get(field.target);
  if (union !== undefined) {
    draft.include(owner, field.target);
    const known = [...owner.type('union', field.target).members];
    const parts = known.flatMap((member) => {
      const leaf = plan.values.find(({ name }) => name === member)?.fields.find(isPlain);
      return leaf === undefined ? [] : [`... on ${member} { ${leaf.name}${leaf.givenArgs} }`];
    });
    return parts.length === 0 ? undefined : use(` { ${parts.join(' ')} }`);
  }
  const target = plan.entities.slice(0, plan.entities.indexOf(entity)).find(({ name }) => name === field.target);
  const others = target?.fields.filter((one) => isPlain(one) && !one.isTrait) ?? [];
  if (target === undefined || others.length === 0) return undefined;
  const leaf = dice.pick(others);
  const text = use(` { ${leaf.name}${leaf.givenArgs} }`);
  const type = owner.type('type', target.name);
  if (!type.fields.has(leaf.name)) draft.addField(owner, type, leaf, '@external');
  return text;
}
