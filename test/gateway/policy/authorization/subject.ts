import { createHash } from 'node:crypto';
import { buildSchema, type ExecutionResult, execute, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { authorizationSection } from '../../../../gateway/config/authorization.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { anonymous, type Identity } from '../../../../gateway/identity/identity.ts';
import type { Operation } from '../../../../gateway/operation/operation.ts';
import { createAuthorization } from '../../../../gateway/policy/authorization/authorization.ts';
import { createPolicySource } from '../../../../gateway/policy/authorization/policies/create-policy-source.ts';
import type { PolicySource } from '../../../../gateway/policy/authorization/policies/policy-source.ts';
import type { Policy, PolicyRequest } from '../../../../gateway/policy/policy.ts';
import { compose } from '../../../../schema/compose/compose.ts';
import { readSupergraph } from '../../../../schema/supergraph/read.ts';
import type { Supergraph } from '../../../../schema/supergraph/supergraph.ts';
import { createRecordingLogger, type LogLine } from '../../../support/recording-logger.ts';

/** Federation 2 with the directives that the tests use. */
export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires",
  "@external", "@provides", "@shareable", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"])\n`;

/** Composes subgraphs, each by its SDL. */
export function composed(subgraphs: Readonly<Record<string, string>>): Supergraph {
  const composition = compose(
    Object.entries(subgraphs).map(([name, sdl]) => ({ kind: 'federation', name, url: `http://${name}.test/`, sdl })),
  );
  if (composition.kind === 'composed') return composition.supergraph;
  throw new Error(JSON.stringify(composition.problems, undefined, 2));
}

const joinSpec = `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) LINKS {
    query: Query mutation: Mutation
  }
  directive @link(url: String, as: String, for: String, import: [String]) repeatable on SCHEMA
  enum join__Graph { A @join__graph(name: "a", url: "http://a.test/") }
`;

/** A supergraph as other composers write it. */
export function written(sdl: string, links = ''): Supergraph {
  const root = sdl.includes('type Mutation') ? joinSpec : joinSpec.replace('mutation: Mutation', '');
  return readSupergraph(root.replace('LINKS', links) + sdl);
}

/** Somebody who was verified. */
export function someone(
  facts: { scopes?: string[]; roles?: string[]; claims?: object; subject?: string } = {},
): Identity {
  return {
    ...anonymous,
    kind: 'jwt',
    key: 'test',
    subject: facts.subject ?? 'someone',
    scopes: new Set(facts.scopes),
    roles: new Set(facts.roles),
    claims: Object.assign(Object.create(null), facts.claims),
  };
}

export interface Asking {
  readonly identity?: Identity;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly client?: PolicyRequest['client'];
}

export interface Subject {
  readonly policy: Policy;
  /** To be closed when the configuration names files. */
  readonly policySource: PolicySource | undefined;
  readonly schema: GraphQLSchema;
  readonly lines: readonly LogLine[];
  readonly operation: (text: string) => Operation;
  /** The verdict on an operation. */
  readonly enforce: (operation: string | Operation, asking?: Asking) => ReturnType<Policy['enforce']>;
  /** The paths that the refusal names; `[]` when there is none. */
  readonly refused: (operation: string, asking?: Asking) => Promise<readonly string[]>;
  /** What a client gets whose operation is run on a server that holds all data; and what that server is asked for. */
  readonly answered: (
    operation: string,
    data: unknown,
    asking?: Asking,
  ) => Promise<{ readonly answer: ExecutionResult; readonly ran: Operation | undefined }>;
}

/** Authorization for one supergraph; `config` as the file spells it. */
export function createSubject(supergraph: Supergraph, config: object = {}, now: () => number = Date.now): Subject {
  const schema = buildSchema(supergraph.publicSdl);
  const { log, lines } = createRecordingLogger();
  const section = authorizationSection.parse(config);
  const policySource = createPolicySource(section.policies, log);
  const policy = createAuthorization({ supergraph, schema, config: section, policySource, log, now });
  const operation = (text: string) => toOperation(schema, text);
  const enforce: Subject['enforce'] = (asked, asking = {}) =>
    policy.enforce(toRequest(typeof asked === 'string' ? operation(asked) : asked, asking));
  return {
    policy,
    policySource,
    schema,
    lines,
    operation,
    enforce,
    refused: async (text, asking) => {
      try {
        await enforce(text, asking);
        return [];
      } catch (error) {
        if (error instanceof GatewayError) return error.extensions['paths'] as readonly string[];
        throw error;
      }
    },
    answered: async (text, data, asking = {}) => {
      const whole = operation(text);
      const { narrowed } = await enforce(whole, asking);
      const ran = narrowed === undefined ? whole : narrowed.operation;
      if (ran !== undefined) assertValid(schema, ran);
      const result =
        ran && (await execute({ schema, document: ran.document, rootValue: data, variableValues: asking.variables }));
      const answer = narrowed === undefined ? result : narrowed.complete(result);
      return { answer: JSON.parse(JSON.stringify(answer)), ran };
    },
  };
}

function toRequest(operation: Operation, asking: Asking): PolicyRequest {
  return {
    operation,
    variables: asking.variables ?? {},
    identity: asking.identity ?? anonymous,
    client: asking.client ?? { name: undefined, version: undefined },
    ip: undefined,
    requestId: 'r1',
  };
}

function toOperation(schema: GraphQLSchema, text: string): Operation {
  const document = parse(text);
  const definition = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (definition === undefined) throw new Error('There is no operation.');
  const operation: Operation = {
    kind: definition.operation,
    name: definition.name?.value,
    hash: createHash('sha256').update(text).digest('hex'),
    document,
    definition,
    introspects: text.includes('__schema'),
    introspectionOnly: false,
  };
  assertValid(schema, operation);
  return operation;
}

function assertValid(schema: GraphQLSchema, { document }: Operation): void {
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
}
