import { z } from 'zod';
import { compilePattern } from '../lib/linear-pattern/linear-pattern.ts';

/** A regular expression that can be matched in linear time; what is wrong with it is told when the file is read. */
export const linearPattern = () =>
  z.string().refine((text) => compilePattern(text).kind === 'compiled', {
    error: ({ input }) => {
      const compiled = compilePattern(String(input));
      return compiled.kind === 'failed' ? compiled.message : '';
    },
  });
