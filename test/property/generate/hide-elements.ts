import type { GraphDraft } from './graph-draft.ts';

/** Hides a field or an enum value from clients, keys among them. */
export function hideElements({ dice, plan, subgraphs }: GraphDraft): void {
  if (dice.chance(20)) {
    const types = subgraphs.flatMap(({ types }) => [...types.values()]);
    const candidates = types.filter(
      ({ name, kind }) => kind === 'type' && plan.entities.some((one) => one.name === name),
    );
    if (candidates.length > 0) {
      const type = dice.pick(candidates);
      const fields = [...type.fields.values()].filter(
        ({ name, directives }) => !/^(item|node)\d/.test(name) && !directives.has('@external'),
      );
      const all = new Set(types.filter(({ name }) => name === type.name).flatMap((one) => [...one.fields.keys()]));
      if (fields.length > 0 && all.size > 1) dice.pick(fields).directives.add('@inaccessible');
    }
  }
  if (dice.chance(15)) {
    for (const subgraph of subgraphs) {
      const tone = subgraph.types.get('Tone');
      if (tone === undefined) continue;
      tone.members.delete('ODD');
      tone.members.add('ODD @inaccessible');
    }
  }
}
