import { z } from 'zod';
import { compileCondition } from './condition.ts';
import { headerName } from './headers.ts';
import { always, named } from './units.ts';

/** The name of a group of endpoints. */
export const groupName = () => z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'must be a name such as stable or canary');

const hashSources = ['identity', 'header', 'claim', 'variable'] as const;

/** What of a client request decides; requests that have none of it are spread as if it were not there. */
export const hashSource = z
  .strictObject({
    identity: z.literal(true).optional().describe('Who asks, or else the address.'),
    header: headerName.optional().describe('The value of a header.'),
    claim: z.string().min(1).max(256).optional().describe('The value of a verified claim, such as org.id.'),
    variable: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe('The value of a variable of the operation; not for REST services.'),
  })
  .refine((source) => hashSources.filter((name) => source[name] !== undefined).length === 1, {
    message: 'needs either identity, header, claim or variable',
    ...always,
  })
  .meta({ either: hashSources });

const condition = z.string().refine((text) => conditionProblem(text) === undefined, {
  error: ({ input }) => conditionProblem(String(input)),
});

function conditionProblem(text: string): string | undefined {
  const compiled = compileCondition(text);
  if (compiled.kind === 'failed') return compiled.message;
  const { readsArgs, readsVariables } = compiled.condition;
  return readsArgs || readsVariables ? 'may speak of identity and client only' : undefined;
}

const groupRule = z
  .strictObject({
    group: groupName().describe('The group that answers.'),
    when: condition.optional().describe('CEL over identity and client that must be true; an error is not.'),
    headers: named(headerName, z.string().max(1_024))
      .optional()
      .describe('Values that headers of the client must have.'),
  })
  .refine(({ when, headers }) => when !== undefined || headers !== undefined, {
    message: 'needs when or headers',
    ...always,
  });

/** How calls are shared among groups. */
export const groups = z.strictObject({
  weights: named(groupName(), z.number().min(0).max(1_000_000))
    .optional()
    .describe(
      'Share of each group, in proportion to the others; a group with 0, or without a share here, answers by rule only, or where no other can. Default: the sum of the weights of its endpoints.',
    ),
  sticky: hashSource.optional().describe('What keeps a client with its group. Default: each fetch is for itself.'),
  rules: z.array(groupRule).max(100).default([]).describe('Who is sent to which group; the first that fits counts.'),
});

export type GroupsConfig = z.output<typeof groups>;
export type HashSource = z.output<typeof hashSource>;
