import type { Place } from './place.ts';

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type RestStyle = 'FORM' | 'FORM_EXPLODED' | 'SPACE_DELIMITED' | 'PIPE_DELIMITED' | 'DEEP_OBJECT' | 'JSON';
export type RestBodyType = 'JSON' | 'FORM' | 'TEXT' | 'MULTIPART' | 'BINARY';

/** One operation of a description, whichever version it was written in. */
export interface Endpoint {
  readonly place: Place;
  /** As in the document: `/pets/{petId}`. */
  readonly path: string;
  readonly method: RestMethod;
  readonly operationId: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly parameters: readonly EndpointParameter[];
  readonly body: EndpointBody | undefined;
  readonly answer: EndpointAnswer;
}

export interface EndpointParameter {
  readonly place: Place;
  readonly name: string;
  readonly location: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** Nothing: any text. */
  readonly schema: Place | undefined;
  readonly style: RestStyle;
  /** What stands before the value in the path: a dot, or `;name=`. */
  readonly lead: string;
  readonly description: string | undefined;
  readonly deprecated: boolean;
}

export interface EndpointBody {
  readonly type: RestBodyType;
  /** Nothing: text or bytes. */
  readonly schema: Place | undefined;
  readonly required: boolean;
  readonly description: string | undefined;
}

/** What comes back when all went well; `json` without a schema is free-form. */
export type EndpointAnswer =
  | { readonly kind: 'json'; readonly schema: Place | undefined }
  | { readonly kind: 'text' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'empty' };
