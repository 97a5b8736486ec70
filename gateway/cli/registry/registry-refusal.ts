import { z } from 'zod';

const problemShape = z.looseObject({
  detail: z.string(),
  code: z.string(),
  problems: z
    .array(
      z.looseObject({
        code: z.string(),
        message: z.string(),
        subgraph: z.string().optional(),
        coordinate: z.string().optional(),
      }),
    )
    .optional(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).optional(),
});

/** Problem details (https://www.rfc-editor.org/rfc/rfc9457) as registries answer them. */
export type RegistryProblem = z.output<typeof problemShape>;

/** A registry does not do what it was asked; the message is its sentence. */
export class RegistryRefusal extends Error {
  override readonly name = 'RegistryRefusal';
  readonly status: number;
  readonly problem: RegistryProblem;

  constructor(status: number, problem: RegistryProblem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }
}

/** Reads the problem details of an answer; `undefined` when it has none. */
export function readProblem(text: string): RegistryProblem | undefined {
  try {
    return problemShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
