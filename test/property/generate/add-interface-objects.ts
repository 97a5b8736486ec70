import type { GraphDraft } from './graph-draft.ts';

/** Adds an interface with a key whose implementations one subgraph knows, while others know it as an object. */
export function addInterfaceObjects(draft: GraphDraft): void {
  const { dice, plan, subgraphs } = draft;
  if (!dice.chance(18)) return;
  const [home, ...others] = dice.shuffle(subgraphs);
  if (home === undefined) return;
  const key = '@key(fields: "id")';
  const id = { name: 'id', args: '', type: 'ID!' };
  const media = home.type('interface', 'Media');
  media.directives.add(key);
  home.addField(media, id);
  const trait = plan.createLeaf('title');
  draft.addField(home, media, trait);
  const objects = ['Film', 'Game', 'Song'].slice(0, dice.int(1, 3));
  for (const name of objects) {
    const type = home.type('type', name);
    type.directives.add(key);
    type.interfaces.add('Media');
    home.addField(type, id);
    draft.addField(home, type, trait);
    draft.addField(home, type, plan.createField(`only${name}`, 'any'));
  }
  const root = dice.pick(['Media', '[Media!]!', '[Media]', ...objects]);
  home.addField(home.type('type', 'Query'), { name: 'media', args: '', type: root });
  const strangers = dice.some(others, 1, 2);
  for (const stranger of strangers) {
    const type = stranger.type('type', 'Media');
    for (const directive of [key, '@interfaceObject']) type.directives.add(directive);
    stranger.addField(type, id);
    draft.addField(stranger, type, plan.createField(`of${stranger.name.toUpperCase()}`, 'any'));
    if (!dice.chance(50)) continue;
    const name = `media${stranger.name.toUpperCase()}`;
    stranger.addField(stranger.type('type', 'Query'), { name, args: '', type: dice.pick(['Media', '[Media!]']) });
  }
  for (const other of others) {
    if (strangers.includes(other) || !dice.chance(40)) continue;
    const name = dice.pick(objects);
    const type = other.type('type', name);
    type.directives.add(key);
    other.addField(type, id);
    draft.addField(other, type, plan.createLeaf(`${name.toLowerCase()}Of${other.name.toUpperCase()}`));
  }
}
