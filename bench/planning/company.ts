import {
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { createRandom } from './random.ts';

const entitiesOfSubgraph = 3;
const hostsOfEntity = 5;

/** The SDL of the subgraphs of a company, by name: three times as many entities, each with fields in five of the subgraphs. */
export function companySubgraphs(subgraphCount = 20): Readonly<Record<string, string>> {
  const entityCount = subgraphCount * entitiesOfSubgraph;
  const random = createRandom(20);
  const entityOf = (index: number) => `Entity${index % entityCount}`;
  const hosts = Array.from({ length: entityCount }, (_, entity) =>
    Array.from({ length: hostsOfEntity }, (_, place) => (entity + place * (1 + (entity % 3))) % subgraphCount),
  );
  const sdl = (subgraph: number) => {
    const types: string[] = ['type Money @shareable { amount: Int! currency: String! }'];
    const roots: string[] = [];
    for (const [entity, own] of hosts.entries()) {
      const place = own.indexOf(subgraph);
      if (place < 0) continue;
      const other = () => entityOf(Math.floor(random() * entityCount));
      const keys = entity % 4 === 0 ? ['id', 'code'] : ['id'];
      // A second key that only some subgraphs know has to be fetched on the way.
      const known = keys.filter((key) => key === 'id' || place % 2 === 0);
      const fields = known.map((key) => `${key}: ID!`);
      for (const name of ['a', 'b', 'c']) fields.push(`${name}${place}: String`);
      fields.push(`price${place}: Money`);
      fields.push(`one${place}: ${referable(hosts, subgraph, other())}`);
      fields.push(`many${place}(first: Int, filter: String): [${referable(hosts, subgraph, other())}!]!`);
      if (place === 0) fields.push('name: String!');
      if (place === 1) fields.push('name: String! @external', 'label: String @requires(fields: "name")');
      const isItem = entity < 12 && place === 0;
      types.push(
        `type ${entityOf(entity)}${isItem ? ' implements Item' : ''} ${known.map((key) => `@key(fields: "${key}")`).join(' ')} { ${fields.join(' ')} }`,
      );
      if (place === 0)
        roots.push(`entity${entity}(id: ID!): ${entityOf(entity)}`, `entities${entity}: [${entityOf(entity)}!]!`);
      if (isItem) roots.push(`items${entity}: [Item!]!`);
    }
    if (roots.some((root) => root.includes('Item'))) types.push('interface Item { id: ID! name: String! }');
    return `${types.join('\n')}\ntype Query { ${roots.join(' ') || `root${subgraph}: String`} }`;
  };
  return Object.fromEntries(Array.from({ length: subgraphCount }, (_, index) => [`s${index}`, sdl(index)]));
}

/** The entity, or one that the subgraph has. */
function referable(hosts: readonly (readonly number[])[], subgraph: number, name: string): string {
  const wanted = Number(name.slice('Entity'.length));
  for (let step = 0; step < hosts.length; step++) {
    const entity = (wanted + step) % hosts.length;
    if (hosts[entity]?.includes(subgraph) === true) return `Entity${entity}`;
  }
  return name;
}

/** A random query with about so many fields. */
export function companyOperation(schema: GraphQLSchema, seed: number, fieldCount: number): string {
  const random = createRandom(seed);
  let left = fieldCount;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const selections = (type: GraphQLCompositeType, depth: number): string => {
    const lines: string[] = [];
    if (isAbstractType(type)) {
      lines.push('__typename');
      left -= 1;
      for (const member of schema.getPossibleTypes(type).slice(0, 3)) {
        if (left > 0) lines.push(`... on ${member.name} ${selections(member, depth + 1)}`);
      }
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields());
      const wanted = 3 + Math.floor(random() * 5);
      const chosen = new Set(Array.from({ length: wanted }, () => pick(fields)));
      for (const field of chosen) {
        const named = getNamedType(field.type);
        if (isCompositeType(named) && (depth >= 9 || left <= 0)) continue;
        left -= 1;
        const isRoot = field.args.some(({ name }) => name === 'id');
        const args = isRoot ? `(id: "${seed}")` : field.args.length > 0 ? `(first: ${Math.floor(random() * 9)})` : '';
        lines.push(`${field.name}${args}${isCompositeType(named) ? ` ${selections(named, depth + 1)}` : ''}`);
      }
    }
    return `{ ${lines.join(' ') || '__typename'} }`;
  };
  const query = schema.getQueryType();
  if (!query) throw new Error('The schema has no query type.');
  const roots: string[] = [];
  for (let index = 0; left > 0; index++) {
    const field = pick(Object.values(query.getFields()));
    const named = getNamedType(field.type);
    left -= 1;
    const args = field.args.length > 0 ? `(id: "${index}")` : '';
    roots.push(`r${index}: ${field.name}${args}${isCompositeType(named) ? ` ${selections(named, 0)}` : ''}`);
  }
  return `{ ${roots.join('\n')} }`;
}
