import { z } from 'zod';
import { always, size } from './units.ts';

/** Documents that are known by an identifier, and whether others are run. */
export const documentsSection = z
  .strictObject({
    mode: z
      .enum(['off', 'audit', 'enforce'])
      .default('off')
      .describe(
        'Whether documents that are not in the manifest are run: yes (off), yes and logged (audit), no (enforce).',
      ),
    manifest: z
      .string()
      .min(1)
      .optional()
      .describe('JSON file of the trusted documents, or a folder of .graphql files.'),
    apq: z
      .boolean()
      .default(true)
      .describe('Whether clients may register documents by their hash (automatic persisted queries).'),
    apqBytes: size().prefault('16mb').describe('Memory for registered documents; those used longest ago go first.'),
  })
  .refine(({ mode, manifest }) => mode === 'off' || manifest !== undefined, {
    message: 'is needed unless mode is off',
    path: ['manifest'],
    ...always,
  })
  .prefault({});

export type DocumentsConfig = z.output<typeof documentsSection>;
