/**
 * The parameters that the definition knows. It allows others (no `additionalProperties: false`), so Prism lets a
 * misspelt one pass: here it counts as a violation.
 */
export class KnownParameters {
  constructor(definition) {
    this.operations = Object.entries(definition.paths).flatMap(([path, item]) =>
      ['get', 'post', 'delete'].flatMap((method) => {
        if (!item[method]) return [];
        const names = namesOf(definition, item, item[method]);
        return [{ method: method.toUpperCase(), path: patternOf(path), names }];
      }),
    );
  }

  /** @returns a sentence for each name that the operation does not have */
  unknown(method, path, names) {
    const operation = this.operations.find((known) => known.method === method && known.path.test(path));
    if (!operation) return [`${method} ${path}: no such operation`];
    const strangers = new Set(names.filter((name) => !operation.names.has(name)));
    return [...strangers].map((name) => `${name}: no such parameter`);
  }
}

function patternOf(path) {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

function namesOf(definition, item, operation) {
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
  const form = operation.requestBody?.content?.['application/x-www-form-urlencoded']?.schema;
  const properties = form?.$ref ? resolve(definition, form.$ref).properties : form?.properties;
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  return new Set([...query, ...Object.keys(properties ?? {})]);
}

function resolve(definition, ref) {
  return ref
    .slice(2)
    .split('/')
    .reduce((node, key) => node[key], definition);
}
