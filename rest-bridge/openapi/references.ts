import type { Findings } from './findings.ts';
import { openapiLimits } from './limits.ts';
import { escapeSegment, isObject, ownText, type Place } from './place.ts';
import { normalizeReference } from './reference-target.ts';

/** The parsed files of a document by their path below the base folder; a string says why a file could not be read. */
export type DocumentFiles = ReadonlyMap<string, { readonly value: unknown } | string>;

/** Follows `$ref` within one document and its files (https://spec.openapis.org/oas/v3.1.1.html#reference-object). */
export class References {
  readonly #files: DocumentFiles;
  readonly #findings: Findings;

  constructor(files: DocumentFiles, findings: Findings) {
    this.#files = files;
    this.#findings = findings;
  }

  /** Where a chain of `$ref` ends; the place itself when it has none, nothing (and a problem) when it leads nowhere. */
  follow(place: Place): Place | undefined {
    const found = this.#follow(place);
    if ('value' in found) return found;
    this.#findings.refuse(found.from, found.message);
    return undefined;
  }

  /** Like `follow`, for what an import can do without: nothing is said when it leads nowhere. */
  find(place: Place): Place | undefined {
    const found = this.#follow(place);
    return 'value' in found ? found : undefined;
  }

  #follow(place: Place): Place | LostReference {
    let current = place;
    for (let hops = 0; hops <= openapiLimits.referenceChain; hops++) {
      const reference = ownText(current.value, '$ref');
      if (reference === undefined) return current;
      const target = this.#target(reference, current);
      if (!('value' in target)) return target;
      current = target;
    }
    return {
      from: place,
      message: `The $ref leads over more than ${openapiLimits.referenceChain} others, or in a circle.`,
    };
  }

  #target(reference: string, from: Place): Place | LostReference {
    const target = normalizeReference(reference, from.file);
    if (typeof target === 'string') return { from, message: target };
    const file = this.#files.get(target.file);
    if (file === undefined || typeof file === 'string') {
      return { from, message: file ?? `The file ${target.file} was not read.` };
    }
    const found = walk({ value: file.value, file: target.file, pointer: '' }, target.segments);
    return found ?? { from, message: `There is nothing at ${reference}. Correct the $ref or add what it names.` };
  }
}

interface LostReference {
  readonly from: Place;
  readonly message: string;
}

function walk(root: Place, segments: readonly string[]): Place | undefined {
  let { value, pointer } = root;
  for (const segment of segments) {
    if (Array.isArray(value) && /^(?:0|[1-9]\d{0,8})$/.test(segment)) value = value[Number(segment)];
    else if (isObject(value) && Object.hasOwn(value, segment)) value = value[segment];
    else return undefined;
    if (value === undefined) return undefined;
    pointer += `/${escapeSegment(segment)}`;
  }
  return { value, file: root.file, pointer };
}
