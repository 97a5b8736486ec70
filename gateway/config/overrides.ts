import { z } from 'zod';
import { compileCondition } from './condition.ts';
import { always, named, share } from './units.ts';

/** CEL; what is wrong with it is told when the file is read. */
const condition = z.string().refine((text) => problemOf(text) === undefined, {
  error: ({ input }) => problemOf(String(input)) ?? '',
});

const headerName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be a header name in lower case');
const claimValue = z.union([z.string(), z.number(), z.boolean()], 'must be a text, a number, true or false');

const conditionalLabel = z
  .strictObject({
    label: z.string().min(1).describe('The label.'),
    when: condition.optional().describe('CEL over identity, client and variables that must be true; an error is not.'),
    headers: named(headerName, z.string())
      .optional()
      .describe('Headers that a request must have, such as x-beta: "1".'),
    claims: named(z.string().min(1), claimValue)
      .optional()
      .describe('Claims that the identity must have; of a claim that is a list, it must be an item.'),
    client: z
      .strictObject({
        name: z.string().min(1).optional().describe('Its name.'),
        version: z.string().min(1).optional().describe('Its version.'),
      })
      .optional()
      .describe('Which client must ask, as it says itself.'),
    share: share().optional().describe('For how many of those, always the same: by identity, or else by address.'),
  })
  .refine(({ label, ...conditions }) => Object.values(conditions).some((given) => given !== undefined), {
    message: 'needs when, headers, claims, client or share; for everybody, write the label alone',
    ...always,
  });

/** Which fields have moved from one subgraph to another. */
export const overridesSection = z
  .strictObject({
    labels: z
      .array(z.union([z.string().min(1), conditionalLabel], 'must be a label, or a mapping with one'))
      .max(100)
      .default([])
      .describe(
        'Labels of @override that are on: for everybody, or for who meets all conditions of one of the entries for it, which needs the compiled engine. A label percent(n) is on for n percent of identities, or else addresses, without being named here; the stitched engine takes it for off.',
      ),
  })
  .prefault({});

export type OverridesConfig = z.output<typeof overridesSection>;
export type ConditionalLabel = z.output<typeof conditionalLabel>;

/** The labels that are on for everybody. */
export function alwaysOnOf({ labels }: OverridesConfig): readonly string[] {
  return labels.filter((entry) => typeof entry === 'string');
}

/** The labels that are on for some, and when. */
export function conditionalOf({ labels }: OverridesConfig): readonly ConditionalLabel[] {
  return labels.filter((entry) => typeof entry !== 'string');
}

function problemOf(text: string): string | undefined {
  const compiled = compileCondition(text);
  if (compiled.kind === 'failed') return compiled.message;
  return compiled.condition.readsArgs ? 'speaks of args, which are different for each field' : undefined;
}
