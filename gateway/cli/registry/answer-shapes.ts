import { z } from 'zod';

/** A variant, as registries answer it. What a newer registry adds to this and the rest here is left alone. */
export const refShape = z.looseObject({ graph: z.string(), variant: z.string() });

/** By whom, when and why something was changed. */
export const commitShape = z.looseObject({
  author: z.looseObject({ name: z.string() }),
  /** In milliseconds since the epoch. */
  at: z.number(),
  message: z.string().optional(),
  revision: z.string().optional(),
});

const causeShape = z.looseObject({
  kind: z.string(),
  subgraph: z.string().optional(),
  to: z.number().optional(),
  from: refShape.optional(),
  version: z.number().optional(),
});

/** A version without its texts. */
export const versionShape = z.looseObject({ version: z.number(), cause: causeShape, commit: commitShape });

/** One difference that clients see. */
export const changeShape = z.looseObject({
  level: z.enum(['breaking', 'dangerous', 'safe']),
  coordinate: z.string(),
  message: z.string(),
});

/** What is wrong with schemas, or could be better. */
export const problemsShape = z.array(
  z.looseObject({
    code: z.string(),
    message: z.string(),
    subgraph: z.string().optional(),
    coordinate: z.string().optional(),
  }),
);

/** What became of a contract when it was derived anew. */
export const contractShape = z.looseObject({
  ref: refShape,
  /** Missing when it stays as it is. */
  version: z.number().optional(),
  problems: problemsShape.default([]),
});

/** A version as it was answered. */
export type AnsweredVersion = z.output<typeof versionShape>;
/** A change as it was answered. */
export type AnsweredChange = z.output<typeof changeShape>;
/** What became of a contract, as it was answered. */
export type AnsweredContract = z.output<typeof contractShape>;
