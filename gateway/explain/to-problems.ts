import type { ExplainedProblem } from '../../console/explained.ts';
import type { GatewayError } from '../errors.ts';

/** What a refusal says, sentence by sentence. */
export function toProblems({ code, message, errors }: GatewayError): readonly ExplainedProblem[] {
  if (errors === undefined) return [{ code, message }];
  return errors.map((error) => ({ code, message: error.message, locations: error.locations }));
}
