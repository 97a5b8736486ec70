import type { EndpointAnswer, EndpointBody, EndpointParameter, RestBodyType, RestStyle } from './endpoint.ts';
import { type MediaKind, mediaPreference, toMediaKind } from './media-type.ts';
import { readLocation } from './parameter-location.ts';
import { child, members, own, ownText, type Place } from './place.ts';
import type { ReadExchange } from './read-endpoints.ts';
import type { Reading } from './reading.ts';
import { chooseResponse } from './response.ts';

const bodyTypes: Readonly<Record<MediaKind, RestBodyType>> = {
  json: 'JSON',
  form: 'FORM',
  multipart: 'MULTIPART',
  text: 'TEXT',
  binary: 'BINARY',
};

/** Parameters, body and answer of an operation of OpenAPI 3.0 and 3.1 (https://spec.openapis.org/oas/v3.1.1.html#operation-object). */
export const readOpenapi3: ReadExchange = (operation, parameters, reading) => ({
  parameters: parameters.flatMap((place) => readParameter(place, reading) ?? []),
  body: readBody(operation, reading),
  answer: readAnswer(operation, reading),
});

function readParameter(place: Place, reading: Reading): EndpointParameter | undefined {
  const location = readLocation(place, reading);
  if (!location) return undefined;
  const [content] = members(child(place, 'content'));
  const schema = content ? child(content[1], 'schema') : child(place, 'schema');
  return {
    place,
    name: ownText(place.value, 'name') ?? '',
    location,
    required: own(place.value, 'required') === true || location === 'path',
    schema,
    style: content ? 'JSON' : readStyle(place),
    lead: readLead(place),
    description: ownText(place.value, 'description'),
    deprecated: own(place.value, 'deprecated') === true,
  };
}

function readStyle(place: Place): RestStyle {
  const exploded = own(place.value, 'explode');
  switch (ownText(place.value, 'style')) {
    case 'deepObject':
      return 'DEEP_OBJECT';
    case 'spaceDelimited':
      return exploded === true ? 'FORM_EXPLODED' : 'SPACE_DELIMITED';
    case 'pipeDelimited':
      return exploded === true ? 'FORM_EXPLODED' : 'PIPE_DELIMITED';
    default:
      return exploded === false ? 'FORM' : 'FORM_EXPLODED';
  }
}

/** The path styles `label` and `matrix` (https://spec.openapis.org/oas/v3.1.1.html#style-values). */
function readLead(place: Place): string {
  const style = ownText(place.value, 'style');
  return style === 'label'
    ? '.'
    : style === 'matrix'
      ? `;${encodeURIComponent(ownText(place.value, 'name') ?? '')}=`
      : '';
}

function readBody(operation: Place, reading: Reading): EndpointBody | undefined {
  const written = child(operation, 'requestBody');
  const place = written && reading.references.follow(written);
  if (!place) return undefined;
  const content = chooseContent(place);
  if (!content) return undefined;
  return {
    type: bodyTypes[content.kind],
    schema: content.schema,
    required: own(place.value, 'required') === true,
    description: ownText(place.value, 'description'),
  };
}

function readAnswer(operation: Place, reading: Reading): EndpointAnswer {
  return chooseResponse(operation, reading, (response) => {
    const content = chooseContent(response);
    if (!content) return undefined;
    if (content.kind === 'json') return { kind: 'json', schema: content.schema };
    return { kind: content.kind === 'binary' ? 'binary' : 'text' };
  });
}

function chooseContent(owner: Place): { readonly kind: MediaKind; readonly schema: Place | undefined } | undefined {
  const contents = members(child(owner, 'content')).map(([mediaType, place]) => ({
    kind: toMediaKind(mediaType),
    schema: child(place, 'schema'),
  }));
  for (const kind of mediaPreference) {
    const found = contents.find((content) => content.kind === kind);
    if (found) return found;
  }
  return undefined;
}
