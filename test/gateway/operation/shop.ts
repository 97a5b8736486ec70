import { buildSchema } from 'graphql';
import { type LimitsConfig, limitsSection } from '../../../gateway/config/limits.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import type { OperationParams } from '../../../gateway/operation/operation.ts';
import {
  createOperationReader,
  type OperationReader,
  type OperationReaderOptions,
} from '../../../gateway/operation/read-operation.ts';

export const shopSchema = buildSchema(`
  type Query {
    me: User
    "Answers one or many."
    search(text: String, first: Int, filter: Filter, sort: Sort, tags: [[String]], json: JSON): [Result!]
    node(id: ID!): Node
    constructor: String
  }
  type Mutation { rename(id: ID!, name: String!): User }
  type Subscription { renamed: User  removed: ID }
  interface Node { id: ID!  friend: Node  name: String }
  interface Named { name: String }
  type User implements Node & Named { id: ID!  friend: User  name: String  age: Int  label(short: Boolean): String }
  type Product implements Node & Named { id: ID!  friend: Node  name: String  age: String  label(short: Boolean): String! }
  union Result = User | Product
  input Filter { text: String! = "all"  max: Int  not: Filter  any: [Filter!]  sort: Sort = ASC  constructor: String }
  enum Sort { ASC DESC }
  scalar JSON
`);

export const defaultLimits: LimitsConfig = limitsSection.parse({});

export function createReader(options: Partial<OperationReaderOptions> = {}): OperationReader {
  return createOperationReader({
    schema: shopSchema,
    limits: defaultLimits,
    introspection: true,
    suggestions: false,
    ...options,
  });
}

/** What a refusal tells the client, as the pipeline would answer it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly errors: GatewayError['errors'];
  readonly headers: GatewayError['headers'];
  readonly bytes: number;
}

/** The refusal that the call ends in; anything else that it throws is thrown on, and an answer is `undefined`. */
export function refusalOf(call: () => unknown): Refusal | undefined {
  try {
    call();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { status, code, message, headers } = error;
    const errors = error.errors ?? [{ message, extensions: { code } }];
    return { status, code, message, headers, errors, bytes: Buffer.byteLength(JSON.stringify({ errors })) };
  }
  return undefined;
}

/** The refusal of a document by a new reader. */
export function refusalOfText(query: string, options?: Partial<OperationReaderOptions>): Refusal | undefined {
  return refusalOfParams({ query }, options);
}

/** The refusal of a POST by a new reader. */
export function refusalOfParams(
  params: OperationParams,
  options?: Partial<OperationReaderOptions>,
): Refusal | undefined {
  const read = createReader(options);
  return refusalOf(() => read(params, { method: 'POST' }));
}
