import { base } from './base.ts';
import { contents } from './contents.ts';
import { frame } from './frame.ts';
import { picture } from './picture.ts';

/** How the pages look, in light and in the dark. */
export const stylesheet = [base, frame, contents, picture].join('');
