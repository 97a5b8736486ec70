import type { Outline, OutlineType } from '../../outline/outline.ts';
import { Refusal } from '../../refusal.ts';
import { readLatest } from '../latest.ts';
import type { VariantVisit } from '../visit.ts';

/**
 * The type that the path names, of the latest version.
 * @throws Refusal `NOT_FOUND`
 */
export async function readType(
  visit: VariantVisit,
): Promise<{ readonly outline: Outline; readonly type: OutlineType }> {
  const name = visit.param('type');
  const latest = await readLatest(visit);
  const outline = latest && (await visit.outlines.read(latest));
  const type = outline?.types.find((one) => one.name === name);
  if (outline !== undefined && type !== undefined) return { outline, type };
  throw new Refusal(
    'NOT_FOUND',
    `The latest version has no type ${name}. Look for it in the schema or in the history.`,
  );
}
