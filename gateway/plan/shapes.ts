import type { Objects, PlannedField, Position } from './draft.ts';
import type { FieldShape, ObjectShape } from './plan.ts';

/** The shapes of what was planned. Those of one position are one, however many fields lead there. */
export class Shapes {
  readonly #names: ReadonlyMap<string, string>;
  readonly #known = new Map<Position, ObjectShape>();

  /** @param names the subgraphs' names, by graph */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  shapeOf(position: Position): ObjectShape {
    const known = this.#known.get(position);
    if (known !== undefined) return known;
    const { typename, cases } = position;
    const shape = {
      typename,
      cases: cases.map((objects) => ({
        types: objects.types,
        fields: this.fieldsOf(objects, objects.fields),
      })),
    };
    this.#known.set(position, shape);
    return shape;
  }

  fieldsOf({ type }: Objects, fields: readonly PlannedField[]): readonly FieldShape[] {
    return fields.map(({ field, type: fieldType, source, graph, below }) => ({
      key: field.key,
      parentType: type.name,
      name: field.name,
      type: fieldType,
      source,
      subgraph: graph === undefined ? undefined : (this.#names.get(graph) ?? graph),
      objects: below && this.shapeOf(below),
    }));
  }
}
