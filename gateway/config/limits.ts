import { z } from 'zod';
import { size } from './units.ts';

const most = (value: number) => z.int().min(1).default(value);

/** What one request may ask for. Everything above is refused before anything is fetched. */
export const limitsSection = z
  .strictObject({
    bodyBytes: size().prefault('1mb').describe('Largest request body, counted after inflating.'),
    jsonDepth: most(200).describe('Deepest nesting of a JSON body.'),
    tokens: most(10_000).describe('Most lexical tokens of a document.'),
    depth: most(20).describe('Deepest nesting of fields, fragments followed.'),
    aliases: most(100).describe('Most aliased fields, fragments followed.'),
    rootFields: most(30).describe('Most root fields, fragments followed.'),
    selections: most(5_000).describe('Most selected fields, fragments followed.'),
    directives: most(50).describe('Most directives of a document.'),
    listLength: most(1_000).describe('Longest list in an argument or a variable, at any depth.'),
    inputDepth: most(20).describe('Deepest nesting of lists and input objects in an argument or a variable.'),
    batch: z
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe('Most operations of one batch (an array body); 0 for no batches.'),
    cachedOperations: most(2_000).describe('How many parsed operations are kept.'),
  })
  .prefault({});

export type LimitsConfig = z.output<typeof limitsSection>;
