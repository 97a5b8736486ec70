// A process that plans one operation, and says how long that took it: in JavaScript, so that nothing is loaded that translates sources.
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { getOperationAST, parse } from 'graphql';

const [folder = ''] = process.argv.slice(2);
const { planOperation } = await import(pathToFileURL(`${folder}/plan-operation.js`).href);
const { readModel } = await import(pathToFileURL(`${folder}/read-model.js`).href);
const { sdl, operation } = JSON.parse(await text(process.stdin));
const model = readModel(parse(sdl, { noLocation: true }));
const document = parse(operation, { noLocation: true });
const definition = getOperationAST(document);
const start = performance.now();
planOperation(model, { document, definition, conditions: new Set() });
process.stdout.write(String(performance.now() - start));
