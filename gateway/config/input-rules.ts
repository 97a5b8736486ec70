import { z } from 'zod';
import { linearPattern } from './linear-pattern.ts';
import { always } from './units.ts';

/** What texts can be searched for. */
export const signatureNames = ['sql', 'script', 'path', 'shell', 'nosql'] as const;

/** `String`, `LoginInput.name`, `Mutation.login(password:)`, where `*` stands for any letters. */
const place = z
  .string()
  .regex(
    /^[\w*]{1,128}(\.[\w*]{1,128}(\([\w*]{1,128}:\))?)?$/,
    'must be a type, an input field or an argument such as Email, LoginInput.name, Mutation.login(password:) or *.search(*:)',
  );

const rule = z
  .strictObject({
    at: place.describe(
      'What values it is for: those of a scalar such as String, of an input field, or of an argument; * stands for any letters. An input type, or an argument of one, stands for all texts within; a field such as Mutation.login for all of its arguments.',
    ),
    maxLength: z.int().min(0).optional().describe('Most characters of a text.'),
    pattern: linearPattern()
      .optional()
      .describe(
        'Regular expression, as JavaScript has it with the flag u, that a text must match somewhere; begin with ^ and end with $ for the whole text. It is matched in linear time, so it cannot look ahead or behind or refer to groups.',
      ),
    signatures: z
      .array(z.enum(signatureNames))
      .min(1)
      .optional()
      .describe(
        'What a text must not look like: sql (union select, quotes followed by conditions or comments, stacked statements), script (script elements, event handlers, javascript: URLs), path (.. as a folder, NUL), shell (command substitution, commands after ; & |), nosql (operators of MongoDB such as $where). Keys within custom scalars are searched too.',
      ),
  })
  .refine(({ maxLength, pattern, signatures }) => (maxLength ?? pattern ?? signatures) !== undefined, {
    message: 'needs maxLength, pattern or signatures',
    ...always,
  });

/** What the values must be like that clients send, in variables and in documents. */
export const inputRulesSection = z
  .strictObject({
    mode: z
      .enum(['off', 'measure', 'block'])
      .default('block')
      .describe('Whether a value that breaks a rule is refused, or only logged and counted (measure).'),
    rules: z.array(rule).max(100).default([]).describe('All rules that a value falls under must hold.'),
  })
  .prefault({});

export type InputRulesConfig = z.output<typeof inputRulesSection>;
export type InputRuleConfig = InputRulesConfig['rules'][number];
export type SignatureName = (typeof signatureNames)[number];
