export interface DraftField {
  readonly name: string;
  /** As SDL, with parentheses; empty when there are none. */
  readonly args: string;
  readonly type: string;
  readonly directives: Set<string>;
}

export interface DraftType {
  readonly kind: 'type' | 'extend type' | 'interface' | 'union' | 'enum' | 'input' | 'scalar';
  readonly name: string;
  readonly directives: Set<string>;
  readonly interfaces: Set<string>;
  readonly fields: Map<string, DraftField>;
  /** Members of a union, values of an enum. */
  readonly members: Set<string>;
}

/** A subgraph while it is being put together. */
export class DraftSubgraph {
  readonly name: string;
  readonly types = new Map<string, DraftType>();

  constructor(name: string) {
    this.name = name;
  }

  /** The type of this name; made when there is none. */
  type(kind: DraftType['kind'], name: string): DraftType {
    let type = this.types.get(name);
    if (type === undefined) {
      type = { kind, name, directives: new Set(), interfaces: new Set(), fields: new Map(), members: new Set() };
      this.types.set(name, type);
    }
    return type;
  }

  /** Adds a field; one that is there gets the directives too. */
  addField(type: DraftType, field: Omit<DraftField, 'directives'>, ...directives: readonly string[]): DraftField {
    const known = type.fields.get(field.name) ?? { ...field, directives: new Set<string>() };
    for (const directive of directives) known.directives.add(directive);
    type.fields.set(field.name, known);
    return known;
  }
}
