import { keyShape } from './identity/api-keys/key-shape.ts';
import { revocationShape } from './identity/revocation.ts';
import { logLevelShape } from './log-levels/log-level-shape.ts';
import { blockShape } from './policy/blocks/block-shape.ts';
import type { RecordShape } from './store/record-shape.ts';

/** What operators may say at run time, each shape from the part that acts upon it. */
export const recordShapes: readonly RecordShape[] = [blockShape, revocationShape, keyShape, logLevelShape];
