// JSON Schemas that refuse what the API server would silently drop. The schemas in Argo CD's and Image Updater's
// definitions let unknown fields pass, so a misspelt key would do nothing and be found by nobody.

const children = ['properties', 'definitions', '$defs', 'patternProperties'];

/** A schema like the given one in which every object has only the fields that are named, at any depth. */
export function strict(schema) {
  if (schema === null || typeof schema !== 'object') return schema;
  const closed = { ...schema };
  for (const key of children) {
    if (schema[key] === undefined) continue;
    closed[key] = Object.fromEntries(Object.entries(schema[key]).map(([name, child]) => [name, strict(child)]));
  }
  for (const key of ['items', 'additionalProperties']) {
    if (schema[key] !== undefined) closed[key] = strict(schema[key]);
  }
  // anyOf, allOf, oneOf and not only narrow what stands beside them, so their parts name few of the fields
  if (isOpen(schema)) closed.additionalProperties = false;
  return closed;
}

function isOpen(schema) {
  const object = schema.type === 'object' || schema.properties !== undefined;
  return object && schema.additionalProperties === undefined && schema['x-kubernetes-preserve-unknown-fields'] !== true;
}

/**
 * The strict schema of a resource: its own fields, the API version that it is served under, and Kubernetes' metadata,
 * which the definitions leave out.
 *
 * @param {object} schema `openAPIV3Schema` of one version of a custom resource.
 * @param {{ apiVersion: string, kind: string, like: object }} resource `like`: the schema of a kind of Kubernetes, from
 *   which `ObjectMeta` is taken.
 */
export function strictResource(schema, { apiVersion, kind, like }) {
  const meta = like.properties.metadata;
  const closed = strict(schema);
  return {
    ...closed,
    $defs: { ...like.$defs },
    required: [...new Set([...(schema.required ?? []), 'apiVersion', 'kind', 'metadata', 'spec'])],
    properties: {
      ...closed.properties,
      apiVersion: { type: 'string', enum: [apiVersion] },
      kind: { type: 'string', enum: [kind] },
      metadata: { ...meta },
    },
  };
}
