type Fields = Readonly<Record<string, unknown>>;

/** Where the registry tells its operator what happens. */
export interface RegistryLog {
  readonly info: (message: string, fields?: Fields) => void;
  readonly warn: (message: string, fields?: Fields) => void;
  readonly error: (message: string, fields?: Fields) => void;
}
