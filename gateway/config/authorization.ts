import { z } from 'zod';
import { compileCondition } from './condition.ts';
import { always, duration, filePath, httpUrl, size, timeout } from './units.ts';

const coordinatePattern = /^[\w*]{1,128}(\.[\w*]{1,128})?$/;

/** CEL; what is wrong with it is told when the file is read. */
const condition = z.string().refine((text) => compileCondition(text).kind === 'compiled', {
  error: ({ input }) => {
    const compiled = compileCondition(String(input));
    return compiled.kind === 'failed' ? compiled.message : '';
  },
});

/** Such values stand in a header, with spaces between them. */
const authentication = z
  .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'must be visible ASCII without quotes and backslashes'))
  .min(1);

const rule = z
  .strictObject({
    fields: z
      .string()
      .regex(coordinatePattern, 'must be a type or a field such as User, User.email, Query.admin* or *.ssn')
      .describe('The types or fields that it guards; * stands for any letters. A type stands for all of its fields.'),
    when: condition
      .optional()
      .describe('CEL over identity, client, args and variables that must be true; an error is not.'),
    acr: authentication
      .optional()
      .describe('Authentication contexts of which the claim acr must be one; else the client is told to step up.'),
    amr: authentication.optional().describe('Authentication methods of which the claim amr must have one.'),
    maxAge: duration()
      .refine((ms) => ms >= 1_000, 'must be at least 1s')
      .optional()
      .describe('How long ago the user may have signed in, by the claim auth_time.'),
  })
  .refine(({ when, acr, amr, maxAge }) => [when, acr, amr, maxAge].some((given) => given !== undefined), {
    message: 'needs when, acr, amr or maxAge',
    ...always,
  });

const opa = z.strictObject({
  url: httpUrl().describe('Where decisions are asked for: POST /v1/data/...'),
  timeout: timeout().prefault('200ms').describe('How long a decision may take.'),
  failClosed: z.boolean().default(true).describe('Whether everything is denied when there is no decision.'),
});

const leastMemory = 1024 * 1024;

const rego = z.strictObject({
  wasm: filePath().describe(
    'What opa build -t wasm wrote: policy.wasm, or the bundle.tar.gz with it. Read again on change.',
  ),
  data: filePath().optional().describe('JSON file that the policy reads as data, in place of the data of a bundle.'),
  entrypoint: z
    .string()
    .min(1)
    .optional()
    .describe('The rule that decides, such as graph/allow; needed when the policy has several entry points.'),
  timeout: timeout()
    .prefault('100ms')
    .describe('How long a decision may take. Nothing else runs meanwhile, so keep it short.'),
  memory: size()
    .refine((bytes) => bytes >= leastMemory, 'must be at least 1mb')
    .refine((bytes) => bytes <= 4096 * leastMemory, 'must be at most 4gb')
    .prefault('64mb')
    .describe('How much memory the policy may take, its data included.'),
  failClosed: z.boolean().default(true).describe('Whether everything is denied when there is no decision.'),
});

const policies = z
  .strictObject({
    opa: opa.optional().describe('An Open Policy Agent server.'),
    rego: rego.optional().describe('A Rego policy that was compiled to WebAssembly and runs in the gateway.'),
    module: filePath()
      .optional()
      .describe('A JavaScript module that exports evaluate(policies, request). Read again on change.'),
  })
  .refine((sources) => Object.values(sources).filter((source) => source !== undefined).length === 1, {
    message: 'needs either opa, rego or module',
    ...always,
  })
  .meta({ either: ['opa', 'rego', 'module'] });

/** Who may see what, beside the directives @authenticated, @requiresScopes and @policy of the supergraph. */
export const authorizationSection = z
  .strictObject({
    mode: z
      .enum(['reject', 'filter'])
      .default('reject')
      .describe('Whether an operation with a forbidden part is refused, or runs without that part.'),
    dryRun: z.boolean().default(false).describe('Whether what would be denied is logged only.'),
    rules: z.array(rule).max(1_000).default([]).describe('Conditions for types and fields.'),
    policies: policies.optional().describe('Who answers @policy; without it, what @policy guards is denied.'),
  })
  .prefault({});

export type AuthorizationConfig = z.output<typeof authorizationSection>;
export type AuthorizationRule = z.output<typeof rule>;
export type OpaConfig = z.output<typeof opa>;
export type RegoConfig = z.output<typeof rego>;
