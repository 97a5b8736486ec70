import type { CaseSubgraph } from '../case.ts';
import type { Dice } from './dice.ts';
import type { DraftField, DraftSubgraph, DraftType } from './draft-subgraph.ts';

const directives = [
  'key',
  'requires',
  'provides',
  'external',
  'shareable',
  'override',
  'inaccessible',
  'interfaceObject',
];
const specification = 'https://specs.apollo.dev/federation/v2.7';

/** Writes a subgraph as one of the many teams would: imports, prefixes, own names for directives and root types, federation 1. */
export function writeSubgraph(dice: Dice, subgraph: DraftSubgraph): CaseSubgraph {
  const { name } = subgraph;
  const types = [...subgraph.types.values()];
  if (dice.chance(20) && suitsFederationOne(types)) {
    return {
      name,
      sdl: types
        .map((type) => printType(dice.chance(50) ? extended(type) : type))
        .join('\n\n')
        .replaceAll(/ @shareable/g, ''),
    };
  }
  const printed = types.map((type) => printType(type)).join('\n\n');
  const isRenamed = subgraph.types.has('Query') && dice.chance(15);
  const sdl = isRenamed ? printed.replace(/\btype Query\b/, 'type Entry') : printed;
  const roots = subgraph.types.has('Mutation') ? '{ query: Entry mutation: Mutation }' : '{ query: Entry }';
  const head = (list: string) => {
    const link = `schema @link(url: "${specification}"${list})`;
    return isRenamed ? `${link} ${roots}` : `extend ${link}`;
  };
  const imports = directives.map((directive) => `"@${directive}"`);
  // Composition looks for @key by this very name next to @interfaceObject.
  const style = printed.includes('@interfaceObject') ? 9 : dice.int(0, 9);
  if (style === 0) return { name, sdl: `${head('')}\n\n${renamed(sdl, (directive) => `@federation__${directive}`)}` };
  if (style === 1) {
    const list = [...imports.slice(1), '{ name: "@key", as: "@entity" }'];
    const sdlWithNames = renamed(sdl, (directive) => (directive === 'key' ? '@entity' : `@${directive}`));
    return { name, sdl: `${head(`, import: [${list.join(', ')}]`)}\n\n${sdlWithNames}` };
  }
  return { name, sdl: `${head(`, import: [${imports.join(', ')}]`)}\n\n${sdl}` };
}

function renamed(sdl: string, rename: (directive: string) => string): string {
  return sdl.replaceAll(new RegExp(`@(${directives.join('|')})\\b`, 'g'), (_, directive: string) => rename(directive));
}

function suitsFederationOne(types: readonly DraftType[]): boolean {
  return types.every(({ kind, directives: own, fields, members }) => {
    const isEntity = own.has('@shareable') === false;
    if ([...own].some((one) => /resolvable|@interfaceObject|@inaccessible/.test(one))) return false;
    if (kind === 'interface' && own.size > 0) return false;
    if ([...members].some((member) => member.includes('@'))) return false;
    return [...fields.values()].every(({ directives: on }) =>
      [...on].every((one) => (one === '@shareable' ? !isEntity : /^@(external|requires|provides)/.test(one))),
    );
  });
}

/** An entity of others, as federation 1 wants it written: its keys are external. */
function extended(type: DraftType): DraftType {
  const keys = [...type.directives].filter((one) => one.startsWith('@key'));
  const names = new Set(keys.flatMap((one) => /"(.*)"/.exec(one)?.[1]?.match(/\w+/g) ?? []));
  const isStub = keys.length === 1 && [...type.fields.values()].every(({ name }) => names.has(name));
  if (type.kind !== 'type' || !isStub) return type;
  const fields = new Map<string, DraftField>();
  for (const [name, field] of type.fields) fields.set(name, { ...field, directives: new Set(['@external']) });
  return { ...type, kind: 'extend type', fields };
}

function printType({ kind, name, directives: own, interfaces, fields, members }: DraftType): string {
  const implemented = interfaces.size === 0 ? '' : ` implements ${[...interfaces].join(' & ')}`;
  const head = `${kind} ${name}${implemented}${printDirectives(own)}`;
  if (kind === 'scalar') return head;
  if (kind === 'union') return `${head} = ${[...members].join(' | ')}`;
  const lines = kind === 'enum' ? [...members] : [...fields.values()].map(printField);
  return `${head} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
}

function printField({ name, args, type, directives: own }: DraftField): string {
  return `${name}${args}: ${type}${printDirectives(own)}`;
}

function printDirectives(own: ReadonlySet<string>): string {
  return [...own].map((directive) => ` ${directive}`).join('');
}
