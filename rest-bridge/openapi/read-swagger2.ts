import type { EndpointBody, EndpointParameter, RestStyle } from './endpoint.ts';
import { toMediaKind } from './media-type.ts';
import { readLocation } from './parameter-location.ts';
import { child, own, ownText, type Place } from './place.ts';
import type { ReadExchange } from './read-endpoints.ts';
import type { Reading } from './reading.ts';
import { chooseResponse } from './response.ts';

const styles: Readonly<Record<string, RestStyle>> = {
  csv: 'FORM',
  ssv: 'SPACE_DELIMITED',
  tsv: 'SPACE_DELIMITED',
  pipes: 'PIPE_DELIMITED',
  multi: 'FORM_EXPLODED',
};

/** Parameters, body and answer of an operation of Swagger 2.0 (https://spec.openapis.org/oas/v2.0.html#operation-object). */
export const readSwagger2: ReadExchange = (operation, parameters, reading) => {
  const isBody = (place: Place) => ['body', 'formData'].includes(ownText(place.value, 'in') ?? '');
  return {
    parameters: parameters.filter((place) => !isBody(place)).flatMap((place) => readParameter(place, reading) ?? []),
    body: readBody(operation, parameters.filter(isBody), reading),
    answer: chooseResponse(operation, reading, (response) => {
      const schema = child(response, 'schema');
      if (!schema) return undefined;
      if (ownText(schema.value, 'type') === 'file') return { kind: 'binary' };
      const kinds = mediaKinds(operation, 'produces', reading);
      if (kinds.length === 0 || kinds.includes('json')) return { kind: 'json', schema };
      return { kind: kinds.includes('text') ? 'text' : 'binary' };
    }),
  };
};

function readParameter(place: Place, reading: Reading): EndpointParameter | undefined {
  const location = readLocation(place, reading);
  if (!location) return undefined;
  return {
    place,
    name: ownText(place.value, 'name') ?? '',
    location,
    required: own(place.value, 'required') === true || location === 'path',
    schema: place,
    style: styles[ownText(place.value, 'collectionFormat') ?? 'csv'] ?? 'FORM',
    lead: '',
    description: ownText(place.value, 'description'),
    deprecated: false,
  };
}

function readBody(operation: Place, parameters: readonly Place[], reading: Reading): EndpointBody | undefined {
  const body = parameters.find((place) => ownText(place.value, 'in') === 'body');
  const kinds = mediaKinds(operation, 'consumes', reading);
  if (body) {
    const isText = kinds.length > 0 && kinds.every((kind) => kind === 'text');
    return {
      type: isText ? 'TEXT' : 'JSON',
      schema: child(body, 'schema'),
      required: own(body.value, 'required') === true,
      description: ownText(body.value, 'description'),
    };
  }
  if (parameters.length === 0) return undefined;
  const isMultipart =
    kinds.includes('multipart') || parameters.some((place) => ownText(place.value, 'type') === 'file');
  const required = parameters.filter((place) => own(place.value, 'required') === true);
  return {
    type: isMultipart ? 'MULTIPART' : 'FORM',
    schema: formSchema(operation, parameters, required),
    required: required.length > 0,
    description: undefined,
  };
}

/** Form fields are parameters in Swagger 2 and properties of one schema afterwards. */
function formSchema(operation: Place, parameters: readonly Place[], required: readonly Place[]): Place {
  const name = (place: Place) => ownText(place.value, 'name') ?? '';
  return {
    file: operation.file,
    pointer: `${operation.pointer}/parameters`,
    value: {
      type: 'object',
      properties: Object.fromEntries(parameters.map((place) => [name(place), place.value])),
      required: required.map(name),
    },
  };
}

function mediaKinds(operation: Place, key: 'consumes' | 'produces', reading: Reading) {
  const types = own(operation.value, key) ?? own(reading.root.value, key);
  return Array.isArray(types) ? types.filter((type) => typeof type === 'string').map(toMediaKind) : [];
}
