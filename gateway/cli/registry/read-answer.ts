import type { z } from 'zod';

/**
 * What a registry answered, as far as it is needed.
 * @throws Error when it is something else
 */
export function readAnswer<Shape extends z.ZodType>(shape: Shape, answer: unknown): z.output<Shape> {
  const { data, error } = shape.safeParse(answer);
  if (error === undefined) return data;
  throw new Error('What answers there is no registry of this version.', { cause: error });
}
