import { openapiLimits } from './limits.ts';
import { OpenapiError, type OpenapiProblem } from './openapi-error.ts';
import { type Place, printPlace } from './place.ts';

/** Something of the document that the SDL does not have, or has in another form. */
export interface OpenapiWarning {
  readonly pointer: string;
  readonly message: string;
}

/** Collects what is wrong with one document while it is read. */
export class Findings {
  readonly #problems = new Map<string, OpenapiProblem>();
  readonly #warnings = new Map<string, OpenapiWarning>();
  #warningsLeftOut = 0;

  /** Says that the document cannot be imported because of this; said once for each place. */
  refuse(place: Place, message: string): void {
    if (this.#problems.size >= openapiLimits.problems) return;
    const problem = { pointer: shorten(printPlace(place)), message: shorten(message) };
    this.#problems.set(`${problem.pointer} ${problem.message}`, problem);
  }

  /** Says what the SDL lacks; said once for each place. */
  warn(place: Place, message: string): void {
    const warning = { pointer: shorten(printPlace(place)), message: shorten(message) };
    const key = `${warning.pointer} ${warning.message}`;
    if (this.#warnings.size < openapiLimits.warnings || this.#warnings.has(key)) this.#warnings.set(key, warning);
    else this.#warningsLeftOut++;
  }

  /**
   * Ends a stage: nothing after it runs on a document with problems.
   * @throws {OpenapiError} with all problems so far
   */
  throwProblems(): void {
    if (this.#problems.size > 0) throw new OpenapiError([...this.#problems.values()]);
  }

  warnings(): readonly OpenapiWarning[] {
    const warnings = [...this.#warnings.values()];
    if (this.#warningsLeftOut > 0) {
      warnings.push({ pointer: '#', message: `${this.#warningsLeftOut} more warnings are not shown.` });
    }
    return warnings;
  }
}

/** Pointers and messages may hold text of the document, which may be long. */
function shorten(text: string): string {
  return text.length > openapiLimits.messageLength ? `${text.slice(0, openapiLimits.messageLength)}...` : text;
}
