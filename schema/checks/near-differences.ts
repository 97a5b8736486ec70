import type { ComparedLine } from './compare-lines.ts';

/** Lines around a difference that tell where it is. */
const contextLines = 3;

/** Of compared lines those that differ, with some around them, and a gap wherever others are left out between or before. */
export function nearDifferences(lines: readonly ComparedLine[]): readonly (ComparedLine | 'gap')[] {
  const near = new Set<number>();
  for (const [index, { mark }] of lines.entries()) {
    if (mark === ' ') continue;
    for (let other = index - contextLines; other <= index + contextLines; other++) near.add(other);
  }
  return lines.flatMap((line, index): readonly (ComparedLine | 'gap')[] => {
    if (!near.has(index)) return [];
    return index === 0 || near.has(index - 1) ? [line] : ['gap', line];
  });
}
