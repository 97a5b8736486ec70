type Fields = Readonly<Record<string, unknown>>;

/** Structured log; `fields` become members of the JSON line, secrets in them are redacted. */
export interface Logger {
  readonly trace: (message: string, fields?: Fields) => void;
  readonly debug: (message: string, fields?: Fields) => void;
  readonly info: (message: string, fields?: Fields) => void;
  readonly warn: (message: string, fields?: Fields) => void;
  readonly error: (message: string, fields?: Fields) => void;
}
