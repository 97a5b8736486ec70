import type { CaseSubgraph } from '../case.ts';
import type { Dice } from './dice.ts';
import type { DraftField, DraftSubgraph, DraftType } from './draft-subgraph.ts';
import { printType } from './print-type.ts';

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
const styles = ['prefix', 'own names', ...Array.from({ length: 6 }, () => 'imports' as const)] as const;
const specification = 'https://specs.apollo.dev/federation/v2.7';

/** Writes a subgraph as one of many teams would: imports, prefixes, own names for directives and root types, federation 1. */
export function writeSubgraph(dice: Dice, { name, types: drafted }: DraftSubgraph): CaseSubgraph {
  const types = [...drafted.values()];
  if (dice.chance(20) && suitsFederationOne(types)) return { name, sdl: writeFederationOne(dice, types) };
  const printed = types.map(printType).join('\n\n');
  const hasOwnRoot = drafted.has('Query') && dice.chance(15);
  const sdl = hasOwnRoot ? printed.replace(/\btype Query\b/, 'type Entry') : printed;
  const roots = drafted.has('Mutation') ? '{ query: Entry mutation: Mutation }' : '{ query: Entry }';
  const withLink = (imports: string, body: string): CaseSubgraph => {
    const schema = `schema @link(url: "${specification}"${imports})`;
    return { name, sdl: `${hasOwnRoot ? `${schema} ${roots}` : `extend ${schema}`}\n\n${body}` };
  };
  const imports = directives.map((directive) => `"@${directive}"`);
  // Composition looks for @key by this very name next to @interfaceObject.
  const style = printed.includes('@interfaceObject') ? 'imports' : dice.pick(styles);
  switch (style) {
    case 'prefix':
      return withLink(
        '',
        renamed(sdl, (directive) => `@federation__${directive}`),
      );
    case 'own names': {
      const list = [...imports.slice(1), '{ name: "@key", as: "@entity" }'].join(', ');
      return withLink(
        `, import: [${list}]`,
        renamed(sdl, (one) => (one === 'key' ? '@entity' : `@${one}`)),
      );
    }
    case 'imports':
      return withLink(`, import: [${imports.join(', ')}]`, sdl);
    default:
      return style satisfies never;
  }
}

function writeFederationOne(dice: Dice, types: readonly DraftType[]): string {
  const written = types.map((type) => printType(dice.chance(50) ? extended(type) : type));
  return written.join('\n\n').replaceAll(' @shareable', '');
}

function renamed(sdl: string, rename: (directive: string) => string): string {
  return sdl.replaceAll(new RegExp(`@(${directives.join('|')})\\b`, 'g'), (_, directive: string) => rename(directive));
}

function suitsFederationOne(types: readonly DraftType[]): boolean {
  return types.every(({ kind, directives: own, fields, members }) => {
    // There everything of a type without keys may be shared, and nothing else.
    const isShared = own.has('@shareable');
    if ([...own].some((one) => /resolvable|@interfaceObject|@inaccessible/.test(one))) return false;
    if (kind === 'interface' && own.size > 0) return false;
    if ([...members].some((member) => member.includes('@'))) return false;
    return [...fields.values()].every(({ directives: on }) =>
      [...on].every((one) => (one === '@shareable' ? isShared : /^@(external|requires|provides)/.test(one))),
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
