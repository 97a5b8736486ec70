import { base } from '../../schema/registry/pages/style/base.ts';
import { contents } from '../../schema/registry/pages/style/contents.ts';
import { frame } from '../../schema/registry/pages/style/frame.ts';
import { live } from './live-style.ts';
import { planStyle } from './plan-style.ts';

/** How the console looks: as the pages of the registry, and what moves. */
export const stylesheet = [base, frame, contents, live, planStyle].join('');
