import { eachField, readFragments } from '../../operation/each-field.ts';
import { definitionOf, toEntityList } from '../../transport/graphql-body.ts';
import { isRecord } from '../../transport/is-record.ts';
import type { EntityList, FetchOperation, FetchRequest, FetchResult } from '../../transport/send.ts';
import { type DataShape, type KnownShapes, toDataShape } from './data-shape.ts';
import type { ObjectTags, ObjectTagsOptions } from './object-tags.ts';
import { representationsOf, representedType } from './pieces.ts';

/** What the root fields of an operation bring. */
interface AnswerShape {
  readonly lists: readonly ListShape[];
  readonly fields: readonly (readonly [key: string, shape: DataShape])[];
}

interface ListShape extends EntityList {
  /** What is asked of entities of a type. */
  readonly shapeOf: (type: string) => DataShape;
}

/** Finds the objects in what subgraphs answer. */
export class FetchedObjects {
  readonly options: ObjectTagsOptions;
  readonly #shapes = new WeakMap<FetchOperation, AnswerShape>();

  constructor(options: ObjectTagsOptions) {
    this.options = options;
  }

  /** Adds all that goes into an answer: what was found, and what was not and may be there tomorrow. */
  addAnswered(tags: ObjectTags, fetch: FetchRequest, { data }: FetchResult): void {
    const { lists, fields } = this.#shapeOf(fetch.operation);
    for (const [key, shape] of fields) tags.addField(shape, data?.[key] ?? null);
    for (const [position, list] of lists.entries()) {
      const entities = data?.[list.key];
      for (const [index, representation] of (representationsOf(list, position, fetch) ?? []).entries()) {
        const type = representedType(representation);
        tags.addEntity(type, list.shapeOf(type), representation, Array.isArray(entities) ? entities[index] : undefined);
      }
    }
  }

  /** Whether an object was asked for that is not there. */
  lacksAny(operation: FetchOperation, { data }: FetchResult): boolean {
    const { lists, fields } = this.#shapeOf(operation);
    const lacksEntity = ({ key }: EntityList) => {
      const entities = data?.[key];
      return Array.isArray(entities) && entities.includes(null);
    };
    return fields.some(([key]) => data?.[key] === null) || lists.some(lacksEntity);
  }

  /** Adds what a mutation has returned. */
  addChanged(tags: ObjectTags, { operation }: FetchRequest, { data }: FetchResult): void {
    for (const [key, shape] of this.#shapeOf(operation).fields) if (isRecord(data)) tags.addAll(shape, data[key]);
  }

  #shapeOf(operation: FetchOperation): AnswerShape {
    let shape = this.#shapes.get(operation);
    if (shape === undefined) {
      shape = this.#read(operation);
      this.#shapes.set(operation, shape);
    }
    return shape;
  }

  #read(operation: FetchOperation): AnswerShape {
    const { types } = this.options;
    const definition = definitionOf(operation);
    const root = definition && types.rootOf(definition.operation);
    if (definition === undefined || root === undefined) return { lists: [], fields: [] };
    const fragments = readFragments(operation.document);
    const known: KnownShapes = new Map();
    const lists: ListShape[] = [];
    eachField(definition.selectionSet, root, fragments, (node) => {
      const list = toEntityList(node);
      const { selectionSet } = node;
      if (list === undefined || selectionSet === undefined) return;
      lists.push({ ...list, shapeOf: (type) => toDataShape(type, selectionSet, fragments, types, known) });
    });
    const { below } = toDataShape(root, definition.selectionSet, fragments, types, known);
    return { lists, fields: below.map(({ key, shape }) => [key, shape]) };
  }
}
