import { printDescription } from './print-description.ts';
import { printRest } from './print-rest.ts';
import { quote } from './quote.ts';
import { type CustomScalar, restScalars, type ScalarName } from './scalars.ts';
import type { Definition, Discriminator, Field, RootField, TypeRef } from './schema-model.ts';

/** Everything that an SDL says. */
export interface Sdl {
  readonly queries: readonly RootField[];
  readonly mutations: readonly RootField[];
  readonly definitions: readonly Definition[];
  /** Which of the definitions are printed, and their names. */
  readonly names: ReadonlyMap<number, string>;
  readonly scalars: ReadonlySet<ScalarName>;
  readonly description: string | undefined;
}

/** Prints a federation subgraph (https://www.apollographql.com/docs/graphos/reference/federation/subgraph-spec), types in alphabetical order. */
export function printSdl(sdl: Sdl): string {
  const hasKeys = sdl.definitions.some((definition) => definition.kind === 'object' && definition.keys.length > 0);
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3"${hasKeys ? ', import: ["@key"]' : ''})\n`;
  const named = [...sdl.names].sort(([, a], [, b]) => (a < b ? -1 : 1));
  const printer = new SdlPrinter(sdl);
  const blocks = [
    printHead(sdl.description) + link,
    printer.root('Query', sdl.queries),
    printer.root('Mutation', sdl.mutations),
    ...named.map(([id]) => printer.definition(id)),
    ...[...sdl.scalars].sort().map(printScalar),
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

class SdlPrinter {
  readonly #sdl: Sdl;

  constructor(sdl: Sdl) {
    this.#sdl = sdl;
  }

  root(name: string, fields: readonly RootField[]): string {
    if (fields.length === 0) return '';
    const lines = fields.map((field) => {
      const head = `${printDescription(field.description, '  ')}  ${field.name}${this.#arguments(field.arguments)}`;
      const rest = indent(printRest(field.rest, this.#sdl.definitions), '    ');
      return `${head}: ${this.#type(field.type)}\n${rest}${field.deprecated ? '\n    @deprecated' : ''}\n`;
    });
    return `type ${name} {\n${lines.join('\n')}}\n`;
  }

  definition(id: number): string {
    const definition = this.#sdl.definitions[id];
    return definition === undefined ? '' : printDescription(definition.description, '') + this.#body(definition);
  }

  #body(definition: Definition): string {
    const name = this.#name(definition.id);
    switch (definition.kind) {
      case 'object': {
        const parents = definition.interfaces.map((id) => this.#name(id)).join(' & ');
        const head = `type ${name}${parents === '' ? '' : ` implements ${parents}`}`;
        const keys = definition.keys.flatMap(({ field, rest }) => [
          `@key(fields: ${quote(field)})`,
          printRest(rest, this.#sdl.definitions),
        ]);
        const directives = keys.map((key) => `\n${indent(key, '  ')}`).join('');
        return `${head}${directives}${directives === '' ? ' ' : '\n'}{\n${this.#fields(definition.fields)}}\n`;
      }
      case 'interface': {
        const directive = this.#restType(definition.discriminator, definition.members);
        return `interface ${name}${directive} {\n${this.#fields(definition.fields)}}\n`;
      }
      case 'input':
        return `input ${name} {\n${this.#fields(definition.fields)}}\n`;
      case 'enum': {
        const values = definition.values.map(({ name, restName }) => `  ${name}${printRestName(restName)}\n`);
        return `enum ${name} {\n${values.join('')}}\n`;
      }
      case 'union': {
        const members = definition.members.map((member) => this.#name(member)).join(' | ');
        return `union ${name}${this.#restType(definition.discriminator, definition.members)} = ${members}\n`;
      }
      default:
        return definition satisfies never;
    }
  }

  #restType(discriminator: Discriminator | undefined, members: readonly number[]): string {
    if (!discriminator) return '';
    const known = new Set(members);
    const entries = discriminator.mapping
      .filter(({ type }) => known.has(type))
      .map(({ value, type }) => ({ value, type: this.#name(type) }));
    const property = `discriminator: ${quote(discriminator.property)}`;
    if (entries.every(({ value, type }) => value === type)) return ` @restType(${property})`;
    const mapping = entries.map(({ value, type }) => `    { value: ${quote(value)}, type: ${quote(type)} }\n`);
    return ` @restType(\n  ${property}\n  mapping: [\n${mapping.join('')}  ]\n)`;
  }

  #arguments(fields: readonly Field[]): string {
    if (fields.length === 0) return '';
    const line = fields.map((field) => this.#input(field)).join(', ');
    if (line.length <= 80 && fields.every(({ description }) => description === undefined)) return `(${line})`;
    return `(\n${fields.map((field) => `${printDescription(field.description, '    ')}    ${this.#input(field)}\n`).join('')}  )`;
  }

  #fields(fields: readonly Field[]): string {
    return fields.map((field) => `${printDescription(field.description, '  ')}  ${this.#input(field)}\n`).join('');
  }

  #input(field: Field): string {
    const value = field.defaultValue === undefined ? '' : ` = ${field.defaultValue}`;
    const directives = `${printRestName(field.restName)}${field.deprecated ? ' @deprecated' : ''}`;
    return `${field.name}: ${this.#type(field.type)}${field.nonNull ? '!' : ''}${value}${directives}`;
  }

  #type(type: TypeRef): string {
    switch (type.kind) {
      case 'scalar':
        return type.name;
      case 'named':
        return this.#name(type.id);
      case 'list':
        return `[${this.#type(type.item)}${type.itemNullable ? '' : '!'}]`;
      default:
        return type satisfies never;
    }
  }

  #name(id: number): string {
    return this.#sdl.names.get(id) ?? '';
  }
}

function printHead(description: string | undefined): string {
  const lines = (description ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line) => `# ${line}\n`).join('');
}

function printRestName(restName: string | undefined): string {
  return restName === undefined ? '' : ` @restName(name: ${quote(restName)})`;
}

function printScalar(name: ScalarName): string {
  if (!isCustom(name)) return '';
  const { description, url } = restScalars[name];
  const specified = url === undefined ? '' : ` @specifiedBy(url: ${quote(url)})`;
  return `${printDescription(description, '')}scalar ${name}${specified}\n`;
}

function isCustom(name: ScalarName): name is CustomScalar {
  return Object.hasOwn(restScalars, name);
}

function indent(text: string, spaces: string): string {
  return text
    .split('\n')
    .map((line) => spaces + line)
    .join('\n');
}
