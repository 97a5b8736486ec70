import { openapiLimits } from './limits.ts';
import { child, elements, isObject, own, type Place } from './place.ts';
import type { Reading } from './reading.ts';
import type { SchemaPart } from './schema-facts.ts';

/** Keywords that say what values look like; others only annotate. */
const structural = [
  'type',
  'properties',
  'items',
  'enum',
  'const',
  'oneOf',
  'anyOf',
  'allOf',
  'additionalProperties',
  'format',
  'discriminator',
] as const;

/** The schemas that a reference, a lone `allOf` or a `oneOf` with null stand for. */
export interface CanonicalSchema {
  readonly parts: readonly SchemaPart[];
  readonly nullable: boolean;
}

/** Looks through everything that only wraps another schema, so that equal things are one type. */
export function toCanonical(schemas: readonly SchemaPart[], reading: Reading): CanonicalSchema {
  const found = schemas.map((schema) => unwrap(schema, reading));
  const distinct = [...new Map(found.map(({ part }) => [part.value, part])).values()];
  const telling = distinct.filter((part) => isTelling(part.value));
  return {
    parts: telling.length > 0 ? telling : distinct.slice(0, 1),
    nullable: found.some(({ nullable }) => nullable),
  };
}

/** Whether a schema says what its values look like. */
export function isTelling(value: unknown): boolean {
  return structural.some((keyword) => own(value, keyword) !== undefined);
}

/** Whether a schema allows null and nothing else. */
export function isNullSchema(value: unknown): boolean {
  if (own(value, 'type') === 'null' || own(value, 'const') === null) return true;
  const values = own(value, 'enum');
  if (Array.isArray(values) && values.length === 1 && values[0] === null) return true;
  return own(value, 'nullable') === true && !isTelling(value) && own(value, '$ref') === undefined;
}

function unwrap(schema: SchemaPart, reading: Reading): { readonly part: SchemaPart; readonly nullable: boolean } {
  let part: SchemaPart = schema;
  let nullable = false;
  for (let hops = 0; hops < openapiLimits.referenceChain; hops++) {
    nullable ||= own(part.value, 'nullable') === true || own(part.value, 'x-nullable') === true;
    const target = reading.references.follow(part);
    if (!target) return { part: { ...part, value: {} }, nullable };
    const inner = target.value === part.value ? loneSchema(target) : target;
    if (!inner) return { part, nullable };
    nullable ||= inner !== target && hasNullBranch(target);
    part = part.isChoicesApart ? { ...inner, isChoicesApart: true } : inner;
  }
  reading.findings.warn(schema, 'The schema leads in a circle; it becomes JSON.');
  return { part: { ...schema, value: {} }, nullable };
}

/** The one schema that this one consists of, if it says nothing of its own. */
function loneSchema(schema: Place): Place | undefined {
  const said = structural.filter((keyword) => own(schema.value, keyword) !== undefined);
  const [keyword] = said;
  if (said.length !== 1 || (keyword !== 'allOf' && keyword !== 'oneOf' && keyword !== 'anyOf')) return undefined;
  const branches = elements(child(schema, keyword)).filter((branch) => isObject(branch.value));
  const [only, ...others] = keyword === 'allOf' ? branches : branches.filter((branch) => !isNullSchema(branch.value));
  return others.length === 0 ? only : undefined;
}

function hasNullBranch(schema: Place): boolean {
  return ['oneOf', 'anyOf'].some((keyword) =>
    elements(child(schema, keyword)).some((branch) => isNullSchema(branch.value)),
  );
}
