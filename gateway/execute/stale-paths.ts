import type { AnswerField, AnswerObjects } from './answer-shape.ts';
import type { DegradedPaths } from './degraded-paths.ts';
import { Failure } from './fetch-errors.ts';
import { type Data, isData, linkOf } from './links.ts';
import { readField, typeOf } from './objects-at.ts';

/** Notes where an answer shows what hangs on links of old data. */
export function noteStale(shape: AnswerObjects, root: Data, links: ReadonlySet<number>, degraded: DegradedPaths): void {
  new StaleWalk(links, degraded).walk(shape, root);
}

class StaleWalk {
  readonly #links: ReadonlySet<number>;
  readonly #degraded: DegradedPaths;
  readonly #path: (string | number)[] = [];
  /** Whether anything below such objects hangs on one of the links. */
  readonly #concerned = new Map<AnswerObjects, boolean>();

  constructor(links: ReadonlySet<number>, degraded: DegradedPaths) {
    this.#links = links;
    this.#degraded = degraded;
  }

  walk(shape: AnswerObjects, object: Data): void {
    const type = typeOf(object, shape.typename);
    for (const field of (typeof type === 'string' && shape.fieldsOf(type)) || []) {
      if (!this.#isConcerned(field)) continue;
      this.#path.push(field.shape.key);
      this.#visit(field, object);
      this.#path.pop();
    }
  }

  #visit({ shape: { source }, objects }: AnswerField, object: Data): void {
    if (source === undefined) return;
    if (!this.#isStale(source.link)) {
      if (objects !== undefined) this.#walkValue(objects, readField(object, source));
      return;
    }
    const link = linkOf(source.link);
    if (Object.hasOwn(object, link) && !(object[link] instanceof Failure)) this.#degraded.add(this.#path, 'stale');
  }

  #walkValue(shape: AnswerObjects, value: unknown): void {
    if (isData(value)) this.walk(shape, value);
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      this.#path.push(index);
      this.#walkValue(shape, item);
      this.#path.pop();
    }
  }

  #isStale(link: number | undefined): link is number {
    return link !== undefined && this.#links.has(link);
  }

  #isConcerned({ shape: { source }, objects }: AnswerField): boolean {
    if (this.#isStale(source?.link)) return true;
    if (objects === undefined) return false;
    let isConcerned = this.#concerned.get(objects);
    if (isConcerned === undefined) {
      isConcerned = objects.cases.some(({ fields }) => fields.some((field) => this.#isConcerned(field)));
      this.#concerned.set(objects, isConcerned);
    }
    return isConcerned;
  }
}
