import { z } from 'zod';

/** Of rules that have none. */
export const noOptions = z.strictObject({});
