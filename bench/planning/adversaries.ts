/** An operation that is meant to make a planner explode, and the SDL of its subgraphs by name. */
export interface Adversary {
  readonly name: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly operation: string;
}

/** Lawful, and each of them exponential for a planner that tries all ways or that plans the same thing twice. */
export function adversaries(): readonly Adversary[] {
  return [
    sharedType(),
    nestedEntities(),
    interfaces(),
    scatteredInterfaces(3),
    unions(),
    requiredDiamonds(24),
    providedPaths(),
    manyArguments(3_000),
  ];
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

const perName = (count: number, sdl: (index: number) => string) =>
  Object.fromEntries(range(count).map((index) => [`s${String(index).padStart(2, '0')}`, sdl(index)]));

/** `{ a { a { ... { innermost } } } }` */
function nest(levels: number, level: (below: string) => string, innermost: string): string {
  return range(levels).reduceRight((below) => level(below), innermost);
}

/** Thirty subgraphs know a type by ten keys each and all answer the field that leads on; each has one field of its own. */
function sharedType(): Adversary {
  const subgraphs = perName(30, (index) => {
    const keys = range(10).map((step) => `k${(index + step) % 30}`);
    return `type Query { ${index === 0 ? 'thing: Thing' : `root${index}: String`} }
      type Thing ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} {
        ${keys.map((key) => `${key}: ID! @shareable`).join(' ')} own${index}: String next: Thing @shareable }`;
  });
  const own = range(30).map((index) => `own${index}`);
  return {
    name: 'a type that 30 subgraphs share by 10 keys each, 30 levels deep',
    subgraphs,
    operation: `{ thing { ${nest(30, (below) => `${own.slice(0, 4).join(' ')} next { ${below} }`, own.join(' '))} } }`,
  };
}

/** Each level is in another subgraph, and what is selected there in five. */
function nestedEntities(): Adversary {
  const subgraphs = perName(10, (index) => {
    const types = range(10).map((type) =>
      type === index
        ? `type T${type} @key(fields: "id") { id: ID! next: T${(type + 1) % 10} list: [T${(type + 3) % 10}!]! at${index}: Int }`
        : `type T${type} @key(fields: "id") { id: ID! at${index}: Int }`,
    );
    return `type Query { ${index === 0 ? 'first: T0' : `root${index}: String`} } ${types.join('\n')}`;
  });
  const leaves = range(5)
    .map((index) => `at${index * 2}`)
    .join(' ');
  return {
    name: 'entities of 10 subgraphs, 30 levels deep',
    subgraphs,
    operation: `{ first { ${nest(30, (below) => `${leaves} next { ${below} }`, `${leaves} id`)} } }`,
  };
}

/** The implementations differ in what they are asked and in who answers it; what leads on is the same for all. */
function interfaces(): Adversary {
  const members = range(50).map((index) => `M${index}`);
  const subgraphs = perName(10, (index) =>
    index === 0
      ? `type Query { node: Node } interface Node { id: ID! related: [Node!]! }
         ${members.map((name) => `type ${name} implements Node @key(fields: "id") { id: ID! related: [Node!]! home${name}: Int }`).join('\n')}`
      : `type Query { root${index}: String }
         ${members.flatMap((name, member) => (member % 9 === index - 1 ? `type ${name} @key(fields: "id") { id: ID! away${name}: Int }` : [])).join('\n')}`,
  );
  const fragments = members.map((name) => `... on ${name} { home${name} away${name} }`).join(' ');
  return {
    name: 'an interface with 50 implementations, each with a fragment, 6 levels deep',
    subgraphs,
    operation: `{ node { ${nest(6, (below) => `${fragments} related { ${below} }`, `__typename ${fragments}`)} } }`,
  };
}

/** What leads on is answered by another subgraph for each implementation. */
export function scatteredInterfaces(levels: number): Adversary {
  const members = range(50).map((index) => `M${index}`);
  const subgraphs = perName(10, (index) =>
    [
      `type Query { ${index === 0 ? 'node: Node' : `root${index}: String`} }`,
      'interface Node { id: ID! }',
      ...members.map((name, member) =>
        member % 10 === index
          ? `type ${name} implements Node @key(fields: "id") { id: ID! related: [Node!]! }`
          : `type ${name} implements Node @key(fields: "id") { id: ID! }`,
      ),
    ].join('\n'),
  );
  const fragments = range(levels).map((level) => {
    const below = level === levels - 1 ? 'id' : `...L${level + 1}`;
    return `fragment L${level} on Node { id ${members.map((name) => `... on ${name} { related { ${below} } }`).join(' ')} }`;
  });
  return {
    name: `an interface with 50 implementations whose fields are in 10 subgraphs, ${levels} levels deep`,
    subgraphs,
    operation: `{ node { ...L0 } } ${fragments.join(' ')}`,
  };
}

/** Members of unions within unions. */
function unions(): Adversary {
  const members = range(50).map((index) => `M${index}`);
  const subgraphs = perName(5, (index) => {
    const known = members.filter((_, member) => index === 0 || member % 4 === index - 1);
    const types = known.map((name) =>
      index === 0
        ? `type ${name} @key(fields: "id") { id: ID! any: Any in${index}: String }`
        : `type ${name} @key(fields: "id") { id: ID! in${index}: String }`,
    );
    return `type Query { ${index === 0 ? 'any: Any' : `root${index}: String`} }
      ${index === 0 ? `union Any = ${known.join(' | ')}` : ''} ${types.join('\n')}`;
  });
  const fragments = (below: string) =>
    members.map((name, member) => `... on ${name} { in0 in${1 + (member % 4)} ${below} }`).join(' ');
  return {
    name: 'a union of 50 types, 4 levels deep',
    subgraphs,
    operation: `{ any { ...U0 } }
      ${range(4)
        .map((index) => `fragment U${index} on Any { ${fragments(index === 3 ? '' : `any { ...U${index + 1} }`)} }`)
        .join('\n')}`,
  };
}

/** Each field requires two that require two that require two. */
export function requiredDiamonds(levels: number): Adversary {
  const subgraphs = perName(4, (index) => {
    const fields = range(levels).flatMap((level) => {
      if (level % 4 !== index) {
        return (level + 1) % 4 === index && level + 1 < levels
          ? [`a${level}: Int @external`, `b${level}: Int @external`]
          : [];
      }
      const requires = level === 0 ? '' : ` @requires(fields: "a${level - 1} b${level - 1}")`;
      return [`a${level}: Int${requires}`, `b${level}: Int${requires}`];
    });
    return `type Query { ${index === 0 ? 'thing: Thing' : `root${index}: String`} }
      type Thing @key(fields: "id") { id: ID! ${fields.join(' ')} }`;
  });
  return {
    name: `fields that require two fields each, ${levels} times after one another`,
    subgraphs,
    operation: `{ thing { a${levels - 1} b${levels - 1} } }`,
  };
}

/** Many fields lead to one type, with other things provided by each. */
function providedPaths(): Adversary {
  const paths = range(8);
  const subgraphs = {
    ...perName(3, (index) =>
      index === 0
        ? `type Query { hub: Hub }
           type Hub @key(fields: "id") { id: ID! ${paths.map((path) => `to${path}: Hub @provides(fields: "f${path}")`).join(' ')}
             ${paths.map((path) => `f${path}: Int @external`).join(' ')} }`
        : `type Query { root${index}: String } type Hub @key(fields: "id") { id: ID! ${paths.map((path) => `f${path}: Int @shareable`).join(' ')} }`,
    ),
  };
  const leaves = paths.map((path) => `f${path}`).join(' ');
  const body = (level: number): string =>
    level === 3 ? `{ ${leaves} }` : `{ ${leaves} ${paths.map((path) => `to${path} { ...P${level + 1} }`).join(' ')} }`;
  return {
    name: 'eight ways on at each of 3 levels, each with other fields provided',
    subgraphs,
    operation: `{ hub { ...P0 } } ${range(4)
      .map((level) => `fragment P${level} on Hub ${body(level)}`)
      .join('\n')}`,
  };
}

/** Each time the field needs another response key. */
function manyArguments(times: number): Adversary {
  const fields = range(times).map((index) => `a${index}: field(argument: ${index}) { id }`);
  return {
    name: `a field that is asked for ${times} times, each time with another argument`,
    subgraphs: perName(1, () => 'type Query { field(argument: Int): Thing } type Thing { id: ID }'),
    operation: `{ ${fields.join(' ')} }`,
  };
}
