import type { GraphDraft } from './graph-draft.ts';
import type { FieldPlan } from './graph-plan.ts';

/** Lets fields bring some of what other subgraphs own of their entities. */
export function addProvides(draft: GraphDraft): void {
  const { dice, plan, subgraphs } = draft;
  for (const subgraph of subgraphs) {
    for (const type of [...subgraph.types.values()]) {
      if (type.kind !== 'type' || type.directives.has('@shareable')) continue;
      for (const field of type.fields.values()) {
        const entity = plan.entities.find(({ name }) => name === field.type.replaceAll(/[[\]!]/g, ''));
        if (entity === undefined || field.directives.size > 0 || !dice.chance(30)) continue;
        const target = subgraph.type('type', entity.name);
        const candidates = entity.fields.filter((one) => {
          const owners = draft.ownersOf(entity, one);
          const isPlain = owners.every((owner) => {
            const directives = [...(owner.types.get(entity.name)?.fields.get(one.name)?.directives ?? [])];
            return directives.every((directive) => directive === '@shareable');
          });
          return selectionOf(draft, one) !== undefined && isPlain && !target.fields.has(one.name);
        });
        for (const one of dice.some(candidates, 0, 2)) {
          draft.addField(subgraph, target, one, '@external');
          for (const owner of draft.ownersOf(entity, one)) {
            owner.type('type', entity.name).fields.get(one.name)?.directives.add('@shareable');
          }
          provide(field.directives, selectionOf(draft, one) ?? '');
        }
      }
    }
  }
}

/** A leaf, or a value object by its first leaf. */
function selectionOf({ plan }: GraphDraft, { name, args, isLeaf, target }: FieldPlan): string | undefined {
  if (args !== '') return undefined;
  if (isLeaf) return name;
  const value = plan.values.find((one) => one.name === target);
  const leaf = value?.fields.find((field) => field.isLeaf && field.args === '');
  return leaf === undefined ? undefined : `${name} { ${leaf.name} }`;
}

function provide(directives: Set<string>, name: string): void {
  const known = [...directives].find((directive) => directive.startsWith('@provides'));
  if (known !== undefined) directives.delete(known);
  const text = known === undefined ? name : `${/"(.*)"/.exec(known)?.[1] ?? ''} ${name}`;
  directives.add(`@provides(fields: ${JSON.stringify(text)})`);
}
