import { audience } from './audience.ts';

/** Who may ask for the schema. */
export const introspectionSection = audience().default(true);
