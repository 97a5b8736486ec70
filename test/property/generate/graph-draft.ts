import type { Dice } from './dice.ts';
import { DraftSubgraph, type DraftType } from './draft-subgraph.ts';
import type { EntityPlan, FieldPlan, GraphPlan, KeyPlan } from './graph-plan.ts';

/** The subgraphs of one graph while its types are split over them. */
export class GraphDraft {
  readonly dice: Dice;
  readonly plan: GraphPlan;
  readonly subgraphs: readonly DraftSubgraph[];
  /** Subgraphs that resolve fields of an entity. */
  readonly hosts = new Map<EntityPlan, readonly DraftSubgraph[]>();
  /** Where each field of an entity is resolved, by coordinate. */
  readonly owners = new Map<string, readonly DraftSubgraph[]>();

  constructor(dice: Dice, plan: GraphPlan) {
    this.dice = dice;
    this.plan = plan;
    const count = dice.chance(70) ? dice.int(2, 4) : dice.int(2, 8);
    this.subgraphs = Array.from({ length: count }, (_, index) => new DraftSubgraph('abcdefgh'[index] ?? 'z'));
  }

  ownersOf(entity: EntityPlan, field: FieldPlan): readonly DraftSubgraph[] {
    return this.owners.get(`${entity.name}.${field.name}`) ?? [];
  }

  /** Adds a field with everything that its type and its arguments need. */
  addField(subgraph: DraftSubgraph, type: DraftType, field: FieldPlan, ...directives: readonly string[]): void {
    subgraph.addField(type, field, ...directives);
    for (const name of [field.target, ...field.argTypes]) this.include(subgraph, name);
  }

  addKey(subgraph: DraftSubgraph, entity: EntityPlan, key: KeyPlan, resolvable: boolean): void {
    const type = subgraph.type('type', entity.name);
    const text = JSON.stringify(key.text);
    type.directives.add(resolvable ? `@key(fields: ${text})` : `@key(fields: ${text}, resolvable: false)`);
    for (const field of key.fields) {
      subgraph.addField(type, field);
      const target = this.plan.entities.find(({ name }) => name === field.target);
      if (target !== undefined && key.targetKey !== undefined) this.#addStub(subgraph, target, key.targetKey);
      if (target === undefined) this.include(subgraph, field.target);
    }
  }

  /** Defines a type in a subgraph, with everything that it needs; what is there already stays as it is. */
  include(subgraph: DraftSubgraph, name: string): void {
    if (subgraph.types.has(name)) return;
    const { entities, values, enums, scalars, inputs, interfaces, unions } = this.plan;
    const entity = entities.find((one) => one.name === name);
    if (entity !== undefined) this.#addStub(subgraph, entity, this.dice.pick(entity.placedKeys));
    const value = values.find((one) => one.name === name);
    if (value !== undefined) {
      const type = subgraph.type('type', name);
      type.directives.add('@shareable');
      for (const field of value.fields) this.addField(subgraph, type, field);
    }
    const input = inputs.find((one) => one.name === name);
    if (input !== undefined) {
      const type = subgraph.type('input', name);
      for (const directive of input.directives) type.directives.add(directive);
      for (const field of input.fields) this.addField(subgraph, type, field);
      const own = `own${subgraph.name.toUpperCase()}`;
      if (input.directives.length === 0 && this.dice.chance(15))
        subgraph.addField(type, { name: own, args: '', type: 'Int' });
    }
    const [first, ...others] = enums.get(name) ?? [];
    if (first !== undefined) {
      const known = name === 'Mood' ? this.dice.some(others, 0) : others;
      for (const member of [first, ...known]) subgraph.type('enum', name).members.add(member);
    }
    if (scalars.includes(name)) subgraph.type('scalar', name);
    this.#includeAbstract(
      subgraph,
      name,
      unions.get(name),
      interfaces.find((one) => one.name === name),
    );
  }

  /** Members and implementations differ from subgraph to subgraph. */
  #includeAbstract(
    subgraph: DraftSubgraph,
    name: string,
    members: readonly string[] | undefined,
    plan: GraphPlan['interfaces'][number] | undefined,
  ): void {
    if (members !== undefined) {
      const type = subgraph.type('union', name);
      for (const member of this.dice.some(members, 1)) {
        type.members.add(member);
        this.include(subgraph, member);
      }
    }
    if (plan === undefined) return;
    const type = subgraph.type('interface', name);
    const { parent } = plan;
    if (parent !== undefined) {
      this.include(subgraph, parent);
      type.interfaces.add(parent);
    }
    const traits = parent === undefined ? this.dice.some(plan.traits, 1) : plan.traits;
    for (const trait of traits) this.addField(subgraph, type, trait);
    for (const { name: implementation } of this.dice.some(plan.implementations, 1)) {
      this.include(subgraph, implementation);
      const object = subgraph.type('type', implementation);
      for (const one of [name, ...type.interfaces]) object.interfaces.add(one);
      for (const trait of traits) this.addField(subgraph, object, trait, '@shareable');
    }
  }

  #addStub(subgraph: DraftSubgraph, entity: EntityPlan, key: KeyPlan): void {
    const known = subgraph.types.get(entity.name)?.directives;
    const text = JSON.stringify(key.text);
    if (known?.has(`@key(fields: ${text})`) || known?.has(`@key(fields: ${text}, resolvable: false)`)) return;
    this.addKey(subgraph, entity, key, this.dice.chance(40));
  }
}
