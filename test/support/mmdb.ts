/** What a database of countries says: networks of IPv4, such as `192.0.2.0/24`, with the country of each. */
type Networks = Readonly<Record<string, string>>;

interface Node {
  readonly children: [Node | string | undefined, Node | string | undefined];
}

/** A small database of countries (https://maxmind.github.io/MaxMind-DB/). */
export function toMmdb(networks: Networks): Buffer {
  const root: Node = { children: [undefined, undefined] };
  for (const [network, country] of Object.entries(networks)) insert(root, network, country);
  const nodes: Node[] = [];
  collect(root, nodes);
  const offsets = new Map<string, number>();
  const data: Buffer[] = [];
  for (const country of new Set(Object.values(networks))) {
    offsets.set(
      country,
      data.reduce((sum, { length }) => sum + length, 0),
    );
    data.push(encode({ country: { iso_code: country } }));
  }
  const numbers = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, { children }] of nodes.entries()) {
    for (const [side, child] of children.entries()) {
      tree.writeUIntBE(recordOf(child, { numbers, offsets, count: nodes.length }), index * 6 + side * 3, 3);
    }
  }
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: 'Test-Country',
    languages: [],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    description: {},
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'), metadata]);
}

function insert(root: Node, network: string, country: string): void {
  const [address = '', bits = '32'] = network.split('/');
  const path = address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
    .slice(0, Number(bits));
  let node = root;
  for (const bit of path.slice(0, -1)) {
    const side = Number(bit) as 0 | 1;
    const next = node.children[side];
    const child: Node = typeof next === 'object' ? next : { children: [undefined, undefined] };
    node.children[side] = child;
    node = child;
  }
  node.children[Number(path.at(-1)) as 0 | 1] = country;
}

function collect(node: Node, nodes: Node[]): void {
  nodes.push(node);
  for (const child of node.children) if (typeof child === 'object') collect(child, nodes);
}

interface Places {
  readonly numbers: ReadonlyMap<Node, number>;
  readonly offsets: ReadonlyMap<string, number>;
  readonly count: number;
}

function recordOf(child: Node['children'][0], { numbers, offsets, count }: Places): number {
  if (child === undefined) return count;
  return typeof child === 'string' ? count + 16 + (offsets.get(child) ?? 0) : (numbers.get(child) ?? 0);
}

type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
  if (typeof value === 'number') return Buffer.from([(6 << 5) | 2, value >> 8, value & 255]);
  if (Array.isArray(value)) return Buffer.from([value.length, 4]);
  const entries = Object.entries(value);
  return Buffer.concat([
    Buffer.from([(7 << 5) | entries.length]),
    ...entries.flatMap(([name, member]) => [encode(name), encode(member)]),
  ]);
}
