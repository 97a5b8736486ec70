import { openApiText } from '../../schema/registry/http/open-api.ts';
import { configJsonSchemaText } from '../config/json-schema.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';

/** What the build writes into the repository: texts by path from its root. All of it is committed. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['overlock.schema.json', configJsonSchemaText()],
    ['docs/configuration.md', configurationPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/registry.openapi.json', openApiText()],
  ]);
}
