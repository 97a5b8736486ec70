import type { RecordShape } from '../../store/record-shape.ts';
import { sentBlock } from './block.ts';

const advice =
  'A block says what it blocks (operation, client, subject, field or subgraph), its name, the reason and setBy; a field is named as User.email or User.';

/** Blocks as operators send them. */
export const blockShape: RecordShape = {
  kind: 'block',
  accept(record, _former, nowMs) {
    const { data } = sentBlock.safeParse(record.value);
    if (data === undefined) throw new Error(advice);
    return { ...record, value: { ...data, setAt: new Date(nowMs).toISOString() } };
  },
  show: (value) => value,
};
