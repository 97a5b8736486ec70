import { buildChoice } from './build-choice.ts';
import { buildEnum } from './build-enum.ts';
import { fillFields, isVisible } from './build-fields.ts';
import { buildInterface } from './build-interface.ts';
import { toCanonical } from './canonical-schema.ts';
import { readComponentName } from './component-name.ts';
import type { Member } from './discriminator.ts';
import { toPascalCase, toSingular } from './graphql-name.ts';
import { type Heirs, heirsOf, readHeirs } from './heirs.ts';
import { openapiLimits } from './limits.ts';
import { mergeInputs } from './merge-inputs.ts';
import { own, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';
import { joinScalars, type ScalarName, toScalar } from './scalars.ts';
import { readFacts, type SchemaFacts, type SchemaPart } from './schema-facts.ts';
import type { Definition, InputDefinition, ObjectDefinition, TypeRef } from './schema-model.ts';

/** Whether values come from the backend or go there. */
export type Use = 'output' | 'input';

/** Where a schema stands, to name it by when it has no name of its own: the property `address` of `Pet` is `PetAddress`. */
export interface Hint {
  readonly owner: string;
  readonly own: string;
}

/** A type and whether its values may be null. */
export interface Typed {
  readonly type: TypeRef;
  readonly nullable: boolean;
}

/** One schema on its way to a type. */
export interface Build {
  readonly parts: readonly SchemaPart[];
  readonly facts: SchemaFacts;
  readonly use: Use;
  readonly hint: Hint;
  readonly wantedName: string;
  readonly isComponent: boolean;
  readonly description: string | undefined;
}

/** Turns schemas into types, each schema once. Types refer to each other by number; fields are filled in by `finish`. */
export class TypeBuilder {
  readonly reading: Reading;
  readonly definitions: Definition[] = [];
  /** Enums that were built, by where they stand or, without a name of their own, by what they say. */
  readonly enums = new Map<string, number>();
  /** The schemas that each object was made of. */
  readonly #parts = new Map<number, readonly SchemaPart[]>();
  readonly #types = new Map<string, Typed | 'building'>();
  readonly #ids = new Map<unknown, number>();
  readonly #waiting: (() => void)[] = [];
  readonly #heirs: Heirs;
  #depth = 0;

  constructor(reading: Reading) {
    this.reading = reading;
    this.#heirs = readHeirs(reading);
  }

  /** The type of values that satisfy all of these schemas. */
  typeOf(schemas: readonly SchemaPart[], use: Use, hint: Hint): Typed {
    const { parts, nullable } = toCanonical(schemas, this.reading);
    const key = `${use} ${parts.map((part) => this.#idOf(part)).join(' ')}`;
    const known = this.#types.get(key);
    const [first] = parts;
    if (!first) return { type: json, nullable: true };
    if (known === 'building' || this.#depth > openapiLimits.depth) {
      this.reading.findings.warn(first, 'The schema consists of itself; it becomes JSON here.');
      return { type: json, nullable: true };
    }
    if (known) return { type: known.type, nullable: nullable || known.nullable };
    this.#types.set(key, 'building');
    this.#depth++;
    const typed = this.#build(parts, use, hint);
    this.#depth--;
    this.#types.set(key, typed);
    return { type: typed.type, nullable: nullable || typed.nullable };
  }

  /** Adds a definition whose number is the next one. */
  define<T extends Definition>(create: (id: number) => T): T {
    const definition = create(this.definitions.length);
    this.definitions.push(definition);
    if (this.definitions.length === openapiLimits.types) {
      this.reading.findings.refuse(this.reading.root, `There are more than ${openapiLimits.types} types.`);
      this.reading.findings.throwProblems();
    }
    return definition;
  }

  /** The objects that a type may be: itself, or the members of a union; none for any other type. */
  membersOf(type: TypeRef): readonly Member[] {
    const definition = type.kind === 'named' ? this.definitions[type.id] : undefined;
    const ids =
      definition?.kind === 'union' ? definition.members : definition?.kind === 'object' ? [definition.id] : [];
    return ids.map((id) => ({ type: id, parts: this.#parts.get(id) ?? [] }));
  }

  /** Puts off work that may need types which are being built. */
  later(work: () => void): void {
    this.#waiting.push(work);
  }

  /** Does what was put off, and what that puts off in turn. */
  finish(): void {
    for (const work of this.#waiting) work();
    this.#waiting.length = 0;
  }

  #build(parts: readonly SchemaPart[], use: Use, hint: Hint): Typed {
    const facts = readFacts(parts, this.reading);
    const build = { parts, facts, use, hint, ...nameOf(parts, hint) };
    if (facts.enumValues !== undefined) {
      return { type: buildEnum(build, facts.enumValues, this), nullable: facts.nullable };
    }
    const chosen = buildChoice(build, this);
    if (chosen) return { type: chosen.type, nullable: chosen.nullable || facts.nullable };
    return { type: this.#buildPlain(build), nullable: facts.nullable };
  }

  #buildPlain(build: Build): TypeRef {
    const { facts, use, hint, parts } = build;
    const [type, ...others] = facts.types;
    if (type === undefined) return json;
    if (others.length > 0) {
      return scalar(joinScalars(new Set([...facts.types].map((name) => toScalar(name, facts.format, facts.numbers)))));
    }
    if (type === 'array') {
      if (!facts.items) return { kind: 'list', item: json, itemNullable: true };
      const { type: item, nullable } = this.typeOf([facts.items], use, itemHint(build, hint));
      return { kind: 'list', item, itemNullable: nullable };
    }
    if (type !== 'object') return this.#buildScalar(type, build);
    const visible = [...facts.properties.values()].filter((schemas) => isVisible(schemas, use, this.reading));
    const [place] = parts;
    if (visible.length > openapiLimits.fields && place) {
      this.reading.findings.warn(place, `More than ${openapiLimits.fields} properties; the object becomes JSON.`);
    }
    if (visible.length === 0 || visible.length > openapiLimits.fields) return json;
    return this.#buildObject(build);
  }

  #buildScalar(type: string, { facts, parts: [place] }: Build): TypeRef {
    const name = toScalar(type, facts.format, facts.numbers);
    if (name === 'JSON' && place) {
      this.reading.findings.warn(place, `There is no type "${type.slice(0, 40)}"; it becomes JSON.`);
    }
    return scalar(name);
  }

  #buildObject(build: Build): TypeRef {
    const heirs = heirsOf(build.parts, this.#heirs);
    return build.use === 'input' ? this.#buildInput(build, heirs) : this.#buildOutput(build, heirs);
  }

  #buildOutput(build: Build, heirs: readonly Place[]): TypeRef {
    if (heirs.length > 0) return buildInterface(build, heirs, this);
    const { wantedName, isComponent, description, facts, parts } = build;
    const definition = this.define<ObjectDefinition>((id) => {
      return { kind: 'object', id, wantedName, isComponent, description, fields: [], interfaces: [], keys: [] };
    });
    this.#parts.set(definition.id, parts);
    this.later(() => fillFields(definition, facts, 'output', this));
    return { kind: 'named', id: definition.id };
  }

  #buildInput(build: Build, heirs: readonly Place[]): TypeRef {
    const { wantedName, isComponent, description, facts, parts } = build;
    const definition = this.define<InputDefinition>((id) => {
      return { kind: 'input', id, wantedName, isComponent, description, fields: [] };
    });
    this.later(() => {
      if (heirs.length === 0) fillFields(definition, facts, 'input', this);
      else mergeInputs(definition, [parts, ...heirs.map((heir) => [heir])], this);
    });
    return { kind: 'named', id: definition.id };
  }

  #idOf(part: SchemaPart): string {
    let id = this.#ids.get(part.value);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(part.value, id);
    }
    return part.isChoicesApart ? `${id}*` : String(id);
  }
}

const json: TypeRef = { kind: 'scalar', name: 'JSON' };

function scalar(name: ScalarName): TypeRef {
  return { kind: 'scalar', name };
}

function itemHint({ wantedName, isComponent }: Build, hint: Hint): Hint {
  if (isComponent) {
    const item = toSingular(wantedName);
    return { owner: item === wantedName ? `${wantedName}Item` : item, own: '' };
  }
  return { owner: hint.owner, own: toSingular(hint.own) };
}

function nameOf(parts: readonly SchemaPart[], hint: Hint): Pick<Build, 'wantedName' | 'isComponent' | 'description'> {
  const [part] = parts;
  const component = part && parts.length === 1 ? readComponentName(part) : undefined;
  const name = component === undefined ? '' : toPascalCase(component);
  const description =
    ownText(part?.value, 'description') ??
    (own(part?.value, 'title') !== component ? ownText(part?.value, 'title') : undefined);
  return {
    wantedName: (name || `${hint.owner}${hint.own}` || 'Unnamed').slice(0, openapiLimits.nameLength),
    isComponent: name !== '',
    description,
  };
}
