import { z } from 'zod';
import { compileCondition } from './condition.ts';
import { always, httpUrl, timeout } from './units.ts';

const coordinatePattern = /^[\w*]{1,128}(\.[\w*]{1,128})?$/;

/** CEL; what is wrong with it is told when the file is read. */
const condition = z.string().refine((text) => compileCondition(text).kind === 'compiled', {
  error: ({ input }) => {
    const compiled = compileCondition(String(input));
    return compiled.kind === 'failed' ? compiled.message : '';
  },
});

const rule = z.strictObject({
  fields: z
    .string()
    .regex(coordinatePattern, 'must be a type or a field such as User, User.email, Query.admin* or *.ssn')
    .describe('The types or fields that it guards; * stands for any letters. A type stands for all of its fields.'),
  when: condition.describe('CEL over identity, client, args and variables that must be true; an error is not.'),
});

const opa = z.strictObject({
  url: httpUrl().describe('Where decisions are asked for: POST /v1/data/...'),
  timeout: timeout().prefault('200ms').describe('How long a decision may take.'),
  failClosed: z.boolean().default(true).describe('Whether everything is denied when there is no decision.'),
});

const policies = z
  .strictObject({
    opa: opa.optional().describe('An Open Policy Agent server.'),
    module: z
      .string()
      .min(1)
      .meta({ unit: 'file' })
      .optional()
      .describe('A JavaScript module that exports evaluate(policies, request).'),
  })
  .refine((sources) => (sources.opa === undefined) !== (sources.module === undefined), {
    message: 'needs either opa or module',
    ...always,
  })
  .meta({ either: ['opa', 'module'] });

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
