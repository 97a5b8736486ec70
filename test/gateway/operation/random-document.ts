/** Choices that a property test makes and can shrink; when they run out, the first choice is taken. */
export type Tape = readonly number[];

const leaves = [
  'id',
  'name',
  '__typename',
  'a: id',
  'a: name',
  'id',
  'name',
  'friend { id }',
  'a: friend { a: name }',
] as const;
const rareLeaves = ['a: age', 'age', 'a: label', 'label(short: true)', 'a: label(short: $b)', 'nope'] as const;
const parents = ['friend', 'b: friend', 'name: friend'] as const;
const conditions = [
  'on User',
  'on Product',
  'on Node',
  'on Named',
  'on Result',
  '@include(if: true)',
  '',
  'on Nope',
] as const;
const roots = [
  'me',
  'a: me',
  'node(id: 1)',
  'a: node(id: 1)',
  'node(id: $i)',
  'search(filter: { max: $n, not: { text: "x" } })',
] as const;

/**
 * A document for the shop's schema, grown from a tape: mostly of fields that exist, with few response names so that fields
 * meet, fragments on overlapping types (rarely cyclic, never unused), and now and then something that is wrong.
 */
export function documentFromTape(tape: Tape): string {
  let position = 0;
  const spreads = new Set<number>();
  const choose = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[(tape[position++] ?? 0) % items.length] ?? items[0];
  const repeat = (make: () => string) => Array.from({ length: choose([1, 2, 3, 4]) }, make).join(' ');

  const selection = (depth: number, fragment: number): string => {
    switch (depth > 0 ? choose(['leaf', 'nested', 'inline', 'spread', 'rare']) : 'leaf') {
      case 'nested':
        return `${choose(parents)} ${selections(depth - 1, fragment)}`;
      case 'inline':
        return `... ${choose(conditions)} ${selections(depth - 1, fragment)}`;
      case 'spread': {
        const spread = fragment < 4 ? fragment + 1 + choose([0, 1, 2]) : choose([9, 9, 0]);
        spreads.add(spread);
        return `...f${spread}`;
      }
      case 'rare':
        return choose(rareLeaves);
      default:
        return choose(leaves);
    }
  };
  const selections = (depth: number, fragment: number): string => `{ ${repeat(() => selection(depth, fragment))} }`;

  const kind = choose(['query', 'query', 'query', 'query', 'mutation', 'subscription']);
  const body = `{ ${repeat(() => `${choose(roots)} ${selections(4, -1)}`)} }`;
  const fragments: string[] = [];
  for (const spread of spreads) {
    fragments.push(`fragment f${spread} on ${choose(['User', 'Node', 'Product', 'Named'])} ${selections(3, spread)}`);
  }
  const text = [body, ...fragments].join('\n');
  const declared = ['$b: Boolean', '$i: ID!', '$n: Int = 1'].filter((declaration) =>
    text.includes(declaration.slice(0, 2)),
  );
  return `${kind} ${declared.length > 0 ? `(${declared.join(' ')})` : ''} ${text}`;
}
