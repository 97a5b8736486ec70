import { RestError } from '../rest-error.ts';
import { DirectiveError } from '../rest-problem.ts';
import type { Binding, TemplateBinder, TemplateInputs } from './bind-template.ts';
import { encodePathLiteral, encodePathValue, hasDotSegment } from './encode-path.ts';

/**
 * Compiles a path template to a function that fills it; `undefined` comes out when the object has no value for it.
 *
 * @throws DirectiveError when the template is not a path below the base URL.
 */
export function compilePath(text: string, binder: TemplateBinder): (inputs: TemplateInputs) => string | undefined {
  if (!text.startsWith('/')) throw new DirectiveError(`The path "${text}" must begin with "/".`);
  const parts = binder.bind(text).parts.map((part) => (typeof part === 'string' ? encodePathLiteral(part) : part));
  for (const part of parts) {
    if (typeof part !== 'string' && part.isObject) {
      throw new DirectiveError(`"${part.name}" is an object, which cannot be part of a path; name one of its fields.`);
    }
  }
  if (hasDotSegment(text)) throw new DirectiveError(`The path "${text}" has a "." or ".." segment.`);
  return (inputs) => {
    let path = '';
    for (const part of parts) {
      const filled = typeof part === 'string' ? part : fill(part, inputs);
      if (filled === undefined) return undefined;
      path += filled;
    }
    return path;
  };
}

function fill(binding: Binding, inputs: TemplateInputs): string | undefined {
  const filled = encodePathValue(binding.read(inputs), binding.name);
  if (filled === undefined && binding.root === 'args') {
    throw new RestError('BAD_USER_INPUT', `"${binding.name}" is part of a path; give it a value.`);
  }
  return filled;
}
