import { type RecordKind, type RecordStore, recordKinds, type StoredRecord } from '../store/record-store.ts';

/** What operators said, as it is known. */
export interface FollowedRecords {
  /** Without kinds that could never be read. */
  readonly known: () => Partial<Record<RecordKind, readonly StoredRecord[]>>;
  readonly close: () => void;
}

/** What gateways tell each other is not for their workers. */
const toldKinds = recordKinds.filter((kind) => kind !== 'canaryReport');

/** Many that come at once, such as the keys of an import, are told at once. */
const settleMs = 20;

/** Tells all records of a kind soon after any of them has changed. */
export function followRecords(
  store: Pick<RecordStore, 'follow'>,
  tell: (kind: RecordKind, records: readonly StoredRecord[]) => void,
): FollowedRecords {
  const known = new Map<RecordKind, readonly StoredRecord[]>();
  const changed = new Set<RecordKind>();
  let timer: NodeJS.Timeout | undefined;
  const tellChanged = () => {
    timer = undefined;
    for (const kind of changed) tell(kind, known.get(kind) ?? []);
    changed.clear();
  };
  const follows = toldKinds.map((kind) =>
    store.follow(kind, (records) => {
      known.set(kind, records);
      changed.add(kind);
      timer ??= setTimeout(tellChanged, settleMs);
    }),
  );
  return {
    known: () => Object.fromEntries(known),
    close() {
      clearTimeout(timer);
      for (const end of follows) end();
    },
  };
}
