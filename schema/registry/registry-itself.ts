import type { Author } from './model.ts';

/** Who makes versions that nobody has asked for, and takes back those that turn out bad. */
export const registryItself: Author = { token: undefined, name: 'registry' };
