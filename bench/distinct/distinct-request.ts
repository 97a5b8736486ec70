import { queries } from '../scenario/queries.ts';

/** What a client sends that never sends the same twice. */
export interface DistinctRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** How often it is sent: what comes again is compiled further. */
  readonly times: number;
}

interface Question {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Once in so many requests the heavy query is asked, every field of it under a name of its own. */
const heavyEvery = 50;

/** How often what is asked again is asked: writing its answers is compiled then. */
const timesAgain = 4;

/** Each way in which requests can differ for ever. */
const kinds: readonly ((index: number) => Question)[] = [
  (index) => ({ query: withAliases('{ me { id username reviews { body product { upc name inStock } } } }', index) }),
  (index) => ({
    query: `query Name${index} { topProducts(first: 3) { upc name price } }`,
    operationName: `Name${index}`,
  }),
  (index) => ({ query: `{ user(id: "${index}") { name username } topProducts(first: ${index % 7}) { name weight } }` }),
  (index) => ({ query: `{ me { id${' '.repeat(1 + (index % 40))}name } } # ${index}` }),
  (index) => ({
    query: 'query User($id: ID!) { user(id: $id) { name birthday } }',
    variables: { id: `${index}` },
  }),
  (index) => ({
    query: `query Conditions($a: Boolean!, $b: Boolean!, $c: Boolean!) {
      me { a${index >> 3}: id name @include(if: $a) reviews @include(if: $b) { body } username @skip(if: $c) } }`,
    variables: { a: (index & 1) > 0, b: (index & 2) > 0, c: (index & 4) > 0 },
  }),
  (index) => ({ query: `{ me { id nobodyKnows${index} } }` }),
  (index) => ({ query: `{ me { id ${index} } }` }),
  (index) => ({
    query: '{ me { id } }',
    extensions: { persistedQuery: { version: 1, sha256Hash: index.toString(16).padStart(64, '0') } },
  }),
  (index) => ({ query: `query A${index} { me { ...F${index} } } fragment F${index} on User { id name }` }),
];

/** The request of a number; no two numbers have the same. */
export function createDistinctRequest(index: number): DistinctRequest {
  const isHeavy = index % heavyEvery === 0;
  const kind = kinds[index % kinds.length];
  const question = isHeavy || kind === undefined ? { query: withAliases(queries.heavy, index) } : kind(index);
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': `client/${index}`,
      'x-request-id': `request-${index}`,
      'apollographql-client-name': `client-${index}`,
      'apollographql-client-version': `${index}`,
    },
    body: JSON.stringify(question),
    times: isHeavy || index % 11 === 0 ? timesAgain : 1,
  };
}

/** The query with another name for each field that selects nothing. */
function withAliases(query: string, index: number): string {
  let count = 0;
  return query.replaceAll(/\b(id|username|name|body|upc|inStock|price|weight)\b/g, (name) => {
    count += 1;
    return `a${index}_${count}: ${name}`;
  });
}
