import type { Dice } from './dice.ts';

/** A field before it is known which subgraphs have it. */
export interface FieldPlan {
  readonly name: string;
  /** As SDL, with parentheses. */
  readonly args: string;
  /** Arguments as a field set may give them; `undefined` when that is not tried. */
  readonly givenArgs: string | undefined;
  readonly type: string;
  /** The named type of `type`. */
  readonly target: string;
  /** Named types of the arguments. */
  readonly argTypes: readonly string[];
  readonly isLeaf: boolean;
  /** Whether an interface has it, so that any subgraph may resolve it. */
  readonly isTrait: boolean;
}

export interface KeyPlan {
  /** A field set. */
  readonly text: string;
  readonly fields: readonly FieldPlan[];
  /** The key of the other entity that a nested key goes through. */
  readonly targetKey: KeyPlan | undefined;
}

export interface EntityPlan {
  readonly name: string;
  readonly keys: readonly KeyPlan[];
  readonly fields: FieldPlan[];
  /** The keys by which some subgraph can be reached. */
  readonly placedKeys: KeyPlan[];
}

interface TypePlan {
  readonly name: string;
  readonly fields: FieldPlan[];
}

interface InputPlan extends TypePlan {
  readonly directives: readonly string[];
}

interface InterfacePlan {
  readonly name: string;
  /** An interface that this one implements; its traits are among the traits here. */
  readonly parent: string | undefined;
  readonly traits: readonly FieldPlan[];
  readonly implementations: readonly EntityPlan[];
}

/** The types of a graph before they are split over subgraphs. */
export interface GraphPlan {
  readonly entities: readonly EntityPlan[];
  /** Object types without keys; each refers only to those after it. */
  readonly values: readonly TypePlan[];
  readonly inputs: readonly InputPlan[];
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly scalars: readonly string[];
  readonly interfaces: readonly InterfacePlan[];
  readonly unions: ReadonlyMap<string, readonly string[]>;
  /** A field of a random type: any, or one that all subgraphs may share. */
  readonly createField: (name: string, targets: 'any' | 'shareable') => FieldPlan;
  readonly createLeaf: (name: string) => FieldPlan;
}

const builtIn = ['ID', 'String', 'Int', 'Float', 'Boolean'];
const wrappers = ['%', '%', '%', '%!', '%!', '[%]', '[%!]', '[%!]!', '[%]!', '[[%]]', '[[%!]!]'];
const fieldNames = ['name', 'size', 'rank', 'notes', 'kind', 'near', 'parts', 'total', 'label', 'home'];

export function createPlan(dice: Dice): GraphPlan {
  const enums = new Map<string, string[]>(dice.chance(60) ? [['Tone', ['CALM', 'LOUD', 'ODD']]] : []);
  const scalars = dice.chance(40) ? ['Blob'] : [];
  const leaves = [...builtIn, ...enums.keys(), ...scalars];
  const argTypes = [...enums.keys(), ...scalars];
  // Only answered, never given: subgraphs may know different values of it.
  if (dice.chance(25)) enums.set('Mood', ['GOOD', 'BAD', 'UGLY']);
  if (enums.has('Mood')) leaves.push('Mood');
  const inputs = createInputs(dice);
  const fieldOf = (name: string, targets: readonly string[], traits = false): FieldPlan =>
    createField(dice, { name, leaves, targets, inputs: [...inputs.map((one) => one.name), ...argTypes], traits });
  const names = ['Apple', 'Bird', 'Cloud', 'Door', 'Eagle'].slice(0, dice.int(1, 5));
  const entities: EntityPlan[] = [];
  for (const name of names) entities.push({ name, keys: createKeys(dice, entities), fields: [], placedKeys: [] });
  const values: TypePlan[] = ['Vast', 'Wide', 'Young'].slice(0, dice.int(0, 3)).map((name) => ({ name, fields: [] }));
  const interfaces: InterfacePlan[] = [];
  for (const name of ['Item', 'Node'].slice(0, dice.int(0, 2))) {
    const [parent] = dice.chance(40) ? interfaces : [];
    const own = Array.from({ length: dice.int(1, 2) }, (_, index) =>
      fieldOf(`${name.toLowerCase()}${index}`, [], true),
    );
    interfaces.push({
      name,
      parent: parent?.name,
      traits: [...own, ...(parent?.traits ?? [])],
      implementations: dice.some(parent?.implementations ?? entities, 1),
    });
  }
  const objects = [...names, ...values.map(({ name }) => name)];
  const unions = new Map(dice.chance(40) ? [['Any', dice.some(objects, 1)]] : []);
  const everything = [...objects, ...interfaces.map(({ name }) => name), ...unions.keys()];
  for (const [index, value] of values.entries()) {
    const targets = [...names, ...values.slice(index + 1).map(({ name }) => name)];
    for (const name of dice.some(fieldNames, 1, 4)) value.fields.push(fieldOf(name, targets));
  }
  for (const entity of entities) {
    for (const name of dice.some(fieldNames, 1, 6)) entity.fields.push(fieldOf(name, everything));
  }
  for (const { traits, implementations } of interfaces) {
    for (const { fields } of implementations) fields.push(...traits.filter((trait) => !fields.includes(trait)));
  }
  if (entities.some(({ keys }) => keys.some(({ text }) => text.startsWith('place')))) {
    values.push({ name: 'Spot', fields: ['x', 'y'].map((name) => keyField(name, dice.pick(['Int', 'String']))) });
  }
  return {
    entities,
    values,
    inputs,
    enums,
    scalars,
    interfaces,
    unions,
    createField: (name, targets) => fieldOf(name, targets === 'any' ? everything : objects),
    createLeaf: (name) => fieldOf(name, []),
  };
}

interface FieldOptions {
  readonly name: string;
  readonly leaves: readonly string[];
  readonly targets: readonly string[];
  readonly inputs: readonly string[];
  readonly traits: boolean;
}

function createField(dice: Dice, { name, leaves, targets, inputs, traits }: FieldOptions): FieldPlan {
  const isLeaf = targets.length === 0 || dice.chance(55);
  const target = dice.pick(isLeaf ? leaves : targets);
  const args = dice.chance(25) ? createArguments(dice, inputs) : [];
  return {
    name,
    target,
    type: dice.pick(wrappers).replace('%', target),
    args: args.length === 0 ? '' : `(${args.map(({ text }) => text).join(', ')})`,
    givenArgs: args.length === 0 ? '' : givenArguments(args),
    argTypes: args.map(({ type }) => type),
    isLeaf,
    isTrait: traits,
  };
}

interface ArgumentPlan {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

function givenArguments(args: readonly ArgumentPlan[]): string | undefined {
  const values: Readonly<Record<string, string>> = {
    Int: '7',
    String: '"of"',
    ID: '"it"',
    Boolean: 'false',
    Tone: 'LOUD',
  };
  const given = args.map(({ name, type }) => values[type] && `${name}: ${values[type]}`);
  return given.includes(undefined) ? undefined : `(${given.join(', ')})`;
}

function createArguments(dice: Dice, inputs: readonly string[]): ArgumentPlan[] {
  return dice.some(['by', 'of', 'with'], 1, 2).map((name) => {
    const type = dice.pick(['Int', 'String', 'Boolean', 'ID', ...inputs]);
    if (type === 'Int' && dice.chance(50)) return { name, type, text: `${name}: Int = ${dice.int(0, 9)}` };
    return { name, type, text: `${name}: ${dice.pick(['%', '%', '%!', '[%!]', '[%]']).replace('%', type)}` };
  });
}

function createInputs(dice: Dice): InputPlan[] {
  const field = (name: string, ...types: readonly string[]): FieldPlan => {
    const type = dice.pick(types);
    const target = type.replaceAll(/[[\]!]| = .*/g, '');
    return { name, args: '', givenArgs: '', type, target, argTypes: [], isLeaf: true, isTrait: false };
  };
  const inputs: InputPlan[] = [];
  if (dice.chance(50)) {
    const fields = [field('min', 'Int', 'Float', 'Int = 5', 'Int!'), field('words', 'String', '[String!]', '[[ID]]')];
    inputs.push({ name: 'Filter', fields, directives: [] });
    if (dice.chance(40)) fields.push(field('inner', 'Filter', '[Filter!]'));
  }
  if (dice.chance(20)) {
    const fields = [field('number', 'Int', 'Float'), field('word', 'String', '[ID!]')];
    inputs.push({ name: 'Choice', fields, directives: ['@oneOf'] });
  }
  return inputs;
}

function createKeys(dice: Dice, others: readonly EntityPlan[]): readonly KeyPlan[] {
  const key = (...fields: readonly FieldPlan[]): KeyPlan => {
    return { text: fields.map(({ name }) => name).join(' '), fields, targetKey: undefined };
  };
  const keys = [
    key(keyField('id', 'ID')),
    key(keyField('code', 'String'), keyField('area', 'Int')),
    key(keyField('serial', 'Int')),
  ];
  const simple = others.flatMap((other) =>
    other.keys
      .filter(({ fields: [first], targetKey }) => first?.isLeaf && targetKey === undefined)
      .map((inner) => ({ other, inner })),
  );
  if (dice.chance(15)) {
    keys.push({
      text: 'place { x y }',
      fields: [{ ...keyField('place', 'Spot'), isLeaf: false }],
      targetKey: undefined,
    });
  }
  if (simple.length > 0 && dice.chance(40)) {
    const { other, inner } = dice.pick(simple);
    const link: FieldPlan = { ...keyField('owner', other.name), isLeaf: false };
    keys.push({ text: `owner { ${inner.text} }`, fields: [link], targetKey: inner });
  }
  const chosen = dice.chance(40) ? [] : dice.some(keys, 1, 3);
  return chosen.some(({ fields: [first] }) => first?.isLeaf) ? chosen : [...keys.slice(0, 1), ...chosen];
}

function keyField(name: string, type: string): FieldPlan {
  return {
    name,
    args: '',
    givenArgs: '',
    type: `${type}!`,
    target: type,
    argTypes: [],
    isLeaf: true,
    isTrait: false,
  };
}
