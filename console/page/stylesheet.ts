import { base } from '../../schema/registry/pages/style/base.ts';
import { frame } from '../../schema/registry/pages/style/frame.ts';
import { planStyle } from './plan-style.ts';
import { data } from './style/data.ts';
import { shell } from './style/shell.ts';

/** How the console looks: in the colors and letters of the pages of the registry, denser, and what moves. */
export const stylesheet = [base, frame, shell, data, planStyle].join('');
