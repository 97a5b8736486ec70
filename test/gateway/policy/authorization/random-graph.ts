import { written } from './subject.ts';

/** Deterministic randomness. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % count;
  }

  isOneOf(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }
}

export type ObjectName = 'A' | 'B' | 'C' | 'Query';

/** Named types of the fields of each object type. */
export const fieldsOf: Readonly<Record<ObjectName, Readonly<Record<string, string>>>> = {
  Query: { a: 'A', node: 'Node', nodes: 'Node', any: 'Any', anys: 'Any', tagged: 'Tagged', rank: 'Int' },
  A: {
    id: 'ID',
    name: 'String',
    link: 'Node',
    tag: 'Tag',
    b: 'B',
    bs: 'B',
    any: 'Any',
    n: 'Int',
    c: 'Int',
    d: 'Int',
    rank: 'Int',
  },
  B: { id: 'ID', name: 'String', link: 'B', a: 'A', anys: 'Any', level: 'Level' },
  C: { tag: 'Tag', any: 'Any', v: 'Int', level: 'Level', rank: 'Int' },
};

export const interfaceFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Node: { id: 'ID', name: 'String', link: 'Node' },
  Tagged: { tag: 'Tag' },
};

export const interfacesOf: Readonly<Record<ObjectName, readonly string[]>> = {
  Query: [],
  A: ['Node', 'Tagged'],
  B: ['Node'],
  C: ['Tagged'],
};

export const possibleTypes: Readonly<Record<string, readonly ObjectName[]>> = {
  Query: ['Query'],
  A: ['A'],
  B: ['B'],
  C: ['C'],
  Node: ['A', 'B'],
  Tagged: ['A', 'C'],
  Any: ['A', 'B', 'C'],
};

/** What `rank` may be asked with: by another key for each, as fields of one key must have the same arguments. */
const ranks: readonly string[] = [
  '',
  '(of: LOW)',
  '(of: null)',
  '(of: $l)',
  '(by: {})',
  '(by: { by: { level: HIGH } })',
  '(by: { levels: [[]], by: { levels: [[LOW]] } })',
  '(by: $b)',
  '(by: { by: $b, level: $l })',
];

const listFields = new Set(['nodes', 'anys', 'bs']);

interface Computed {
  readonly requires: string;
  readonly from: readonly (readonly [ObjectName, string])[];
}

const computations: readonly Computed[] = [
  { requires: 'n', from: [['A', 'n']] },
  {
    requires: 'link { name }',
    from: [
      ['A', 'link'],
      ['A', 'name'],
      ['B', 'name'],
    ],
  },
  {
    requires: 'any { ... on C { v } ... on Node { id } }',
    from: [
      ['A', 'any'],
      ['C', 'v'],
      ['A', 'id'],
      ['B', 'id'],
    ],
  },
  {
    requires: 'b { a { c } }',
    from: [
      ['A', 'b'],
      ['B', 'a'],
      ['A', 'c'],
    ],
  },
  { requires: 'd', from: [['A', 'd']] },
];

/** A graph of which some places are guarded, each by a scope of the place's own name. */
export interface RandomGraph {
  readonly supergraph: ReturnType<typeof written>;
  readonly rules: readonly { readonly fields: string; readonly when: string }[];
  readonly guarded: ReadonlySet<string>;
  readonly isNonNull: (field: string) => boolean;
  readonly computed: Readonly<Record<string, Computed['from']>>;
}

export function createRandomGraph(dice: Dice): RandomGraph {
  const guarded = new Set<string>();
  const rules: { fields: string; when: string }[] = [];
  const guard = (coordinate: string, byDirective: boolean) => {
    if (!dice.isOneOf(9)) return '';
    guarded.add(coordinate);
    if (byDirective && dice.isOneOf(2)) return ` @requiresScopes(scopes: [["${coordinate}"]])`;
    rules.push({ fields: coordinate, when: `'${coordinate}' in identity.scopes` });
    return '';
  };
  const nonNull = new Set(['id', 'link', 'tag', 'bs', 'v', 'anys', 'a'].filter(() => dice.isOneOf(3)));
  const c = dice.pick(computations.slice(0, 3));
  const d = dice.pick(computations);
  const toField = (type: string, field: string, named: string, byDirective: boolean) => {
    const inner = listFields.has(field) ? `[${named}${field === 'anys' ? '' : '!'}]` : named;
    const requires = type === 'A' ? ({ c, d }[field]?.requires ?? '') : '';
    const join = requires === '' ? '' : ` @join__field(graph: A, requires: "${requires}")`;
    const args = field === 'rank' ? '(of: Level, by: By)' : '';
    return `${field}${args}: ${inner}${nonNull.has(field) ? '!' : ''}${guard(`${type}.${field}`, byDirective)}${join}`;
  };
  const body = (type: string, fields: Readonly<Record<string, string>>, byDirective: boolean) =>
    Object.entries(fields)
      .map(([field, named]) => toField(type, field, named, byDirective))
      .join('\n');
  const objects = Object.entries(fieldsOf).map(([type, fields]) => {
    const interfaces = interfacesOf[type as ObjectName];
    const implemented = interfaces.length === 0 ? '' : `implements ${interfaces.join(' & ')}`;
    const own = type === 'Query' ? '' : guard(type, true);
    return `type ${type} ${implemented}${own} { ${body(type, fields, true)} }`;
  });
  const interfaces = Object.entries(interfaceFields).map(
    ([type, fields]) => `interface ${type}${guard(type, true)} { ${body(type, fields, true)} }`,
  );
  const others = [
    `union Any${guard('Any', true)} = A | B | C`,
    `scalar Tag${guard('Tag', true)}`,
    `enum Level${guard('Level', true)} { LOW HIGH }`,
    'input By { level: Level levels: [[Level]] by: By }',
  ];
  const sdl = [...objects, ...interfaces, ...others].join('\n');
  return {
    supergraph: written(sdl),
    rules,
    guarded,
    isNonNull: (field) => nonNull.has(field),
    computed: { 'A.c': c.from, 'A.d': d.from },
  };
}

/** A valid query over the graph, and values for its variables. */
export function createRandomQuery(dice: Dice): { readonly text: string; readonly variables: Record<string, unknown> } {
  const names = ['Node', 'Tagged', 'Any', 'A', 'B', 'C'] as const;
  const fragments = new Map<string, string>();
  const used = new Set<string>();
  const condition = () => {
    if (!dice.isOneOf(7)) return '';
    return ` @${dice.pick(['skip', 'include'])}(if: ${dice.pick(['true', 'false', '$v', '$w'])})`;
  };
  const overlaps = (one: string, other: string) =>
    possibleTypes[one]?.some((name) => possibleTypes[other]?.includes(name)) === true;
  const select = (parent: string, depth: number, spreads: boolean): string => {
    const fields = Object.entries(fieldsOf[parent as ObjectName] ?? interfaceFields[parent] ?? {});
    const selections = Array.from({ length: 1 + dice.below(4) }, () => {
      const kind = dice.below(10);
      if (kind < 3 && parent !== 'Query' && depth > 0) {
        const on = dice.pick(names.filter((name) => overlaps(name, parent)));
        if (!spreads || dice.isOneOf(2)) return `... on ${on}${condition()} { ${select(on, depth - 1, spreads)} }`;
        if (!fragments.has(on)) fragments.set(on, select(on, 1, false));
        used.add(on);
        return `...F${on}${condition()}`;
      }
      if (kind === 3 && depth > 0) return `...${condition()} { ${select(parent, depth - 1, spreads)} }`;
      const usable = fields.filter(([, type]) => depth > 0 || possibleTypes[type] === undefined);
      if (kind === 4 || usable.length === 0) return `${dice.pick(['', 't: '])}__typename${condition()}`;
      const [field, type] = dice.pick(usable);
      if (field === 'rank') {
        const index = dice.below(ranks.length);
        return `r${index}: rank${ranks[index]}${condition()}`;
      }
      const alias = dice.isOneOf(6) ? `${field}_: ` : '';
      const below = possibleTypes[type] === undefined ? '' : ` { ${select(type, depth - 1, spreads)} }`;
      return `${alias}${field}${condition()}${below}`;
    });
    return selections.join(' ');
  };
  const meta = dice.isOneOf(4) ? '__schema { queryType { name } } m: __type(name: "C") { name }' : '';
  const body = select('Query', 4, true);
  const spread = [...used].map((on) => `fragment F${on} on ${on} { ${fragments.get(on)} }`).join(' ');
  const always = `${meta} x: __typename @include(if: $v) y: __typename @skip(if: $w)`;
  const optional = [...optionalVariables].filter(([name]) => `${body} ${spread}`.includes(name));
  const declared = ['$v: Boolean = false', '$w: Boolean = true', ...optional.map(([, declaration]) => declaration)];
  const given = {
    ...dice.pick([{}, { l: null }, { l: 'LOW' }]),
    ...dice.pick([{}, { b: {} }, { b: { by: { level: 'HIGH' } } }]),
  };
  return {
    text: `query (${declared.join(', ')}) { ${body} ${always} } ${spread}`,
    variables: { v: dice.isOneOf(2), w: dice.isOneOf(2), ...given },
  };
}

const optionalVariables: ReadonlyMap<string, string> = new Map([
  ['$l', '$l: Level'],
  ['$b', '$b: By'],
]);

export type Value = { readonly __typename: ObjectName } & Record<string, unknown>;

/** Objects that refer to each other; nullable places may be null. */
export function createRandomData(dice: Dice, graph: RandomGraph): Value {
  const names = ['A', 'B', 'C'] as const;
  const objects = names.flatMap((name) => Array.from({ length: 3 }, (): Value => ({ __typename: name })));
  const root: Value = { __typename: 'Query' };
  for (const object of [root, ...objects]) {
    for (const [field, type] of Object.entries(fieldsOf[object.__typename])) {
      const candidates = objects.filter(({ __typename }) => possibleTypes[type]?.includes(__typename));
      const one = () => (candidates.length === 0 ? `${dice.below(100)}` : dice.pick(candidates));
      const nullable = !graph.isNonNull(field);
      if (nullable && dice.isOneOf(6)) object[field] = null;
      else if (listFields.has(field)) object[field] = Array.from({ length: dice.below(3) }, one);
      else if (type === 'Int') object[field] = dice.below(100);
      else if (type === 'Level') object[field] = 'LOW';
      else object[field] = one();
    }
  }
  return root;
}
