import type { Case, CaseOperation } from './case.ts';

/** Something that the stitched engine gets wrong, or may. */
interface Limit {
  readonly why: string;
  readonly applies: (operation: CaseOperation, sdl: string) => boolean;
}

/** What the stitched engine is not asked to be right about. Each is a shortcoming of graphql-tools that the compiled engine has not. */
const stitchedLimits: readonly Limit[] = [
  {
    why: 'A field with @skip or @include is merged with the same field without, or taken for the key that it is.',
    applies: ({ text }) => /@(skip|include)\b/.test(text),
  },
  {
    why: 'A fragment with __typename alone, or on an interface or union that the subgraph does not have, may end as nothing.',
    applies: ({ text }) => /\.\.\.[^{}]*\{\s*(\w+: )?__typename\b|\.\.\.\s*\{|\bon (Item|Node|Any|Media)\b/.test(text),
  },
  {
    why: 'A field of one member of a union is asked of others too that have one of that name, whatever its type is.',
    applies: ({ text }, sdl) => /\bunion\b/.test(sdl) && /\.\.\./.test(text),
  },
  {
    why: 'An object without keys, of which every subgraph has other fields, is taken from one of them when it lies below a third.',
    applies: ({ text }) => /Split\b/.test(text),
  },
  {
    why: 'A value of an enum that clients must not see becomes null without an error.',
    applies: (_, sdl) => /ODD @\w*inaccessible/.test(sdl),
  },
  {
    why: 'Fields that require others may be asked a first time without, and a service that minds would fail.',
    applies: ({ text }, sdl) =>
      [...sdl.matchAll(/^ *(\w+).*@\w*requires\(/gm)].some(([, name = '']) => text.match(/\w+/g)?.includes(name)),
  },
  {
    why: 'With a key through another entity, keys of that entity are asked of subgraphs that do not have them.',
    applies: (_, sdl) => /@\w+\(fields: "\w+ \{/.test(sdl),
  },
  {
    why: 'Of an interface that two subgraphs know as an object, fields are asked where they are not.',
    applies: (_, sdl) =>
      [...sdl.matchAll(/@\w*interfaceObject\b/g)].length > 1 + [...sdl.matchAll(/"@interfaceObject"/g)].length,
  },
];

/** The case with the operations that the stitched engine should be right about. */
export function withinStitchedLimits(one: Case): Case {
  const sdl = one.subgraphs.map((subgraph) => subgraph.sdl).join('\n');
  const isWithin = (operation: CaseOperation) => !stitchedLimits.some(({ applies }) => applies(operation, sdl));
  return { ...one, operations: one.operations.filter(isWithin) };
}
