import { at, deref, isNode, type Node, pointer, prepare, type Value } from './document.js';
import { applyOverlay, type Overlay } from './overlay.js';
import { compileSchemas, type Schemas } from './schemas.js';

export interface DescribedRequest {
  readonly method: string;
  /** The path template as the description writes it. */
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined where no body was sent. */
  readonly body: unknown;
}

export interface DescribedAnswer {
  readonly method: string;
  readonly template: string;
  readonly status: number;
  /** Parsed JSON, or undefined for an answer that is not JSON or has no body. */
  readonly body: unknown;
}

/** Holds requests and answers to a published description; each complaint is one line. */
export interface Description {
  /** Whether there is such an operation. */
  has(method: string, template: string): boolean;
  request(request: DescribedRequest): readonly string[];
  answer(answer: DescribedAnswer): readonly string[];
}

/** Reads an OpenAPI 3.0 document (parsed JSON) with the corrections it needs. */
export function readDescription(document: unknown, overlay: Overlay, formats: readonly string[] = []): Description {
  const corrected = prepare(applyOverlay(document as Node, overlay));
  if (!isNode(corrected)) throw new Error('a document is an object');
  const schemas = compileSchemas(corrected, formats);
  const find = (method: string, template: string): Node | null =>
    deref(corrected, at(corrected, `/paths${pointer(template)}${pointer(method.toLowerCase())}`));
  return {
    has: (method, template) => find(method, template) !== null,
    request: (request) => {
      const operation = find(request.method, request.template);
      if (operation === null) return ['there is no such operation'];
      return [
        ...checkParameters(corrected, schemas, operation, overlay, request),
        ...checkBody(corrected, schemas, operation, request),
      ];
    },
    answer: (answer) => {
      const operation = find(answer.method, answer.template);
      if (operation === null) return ['there is no such operation'];
      return checkAnswer(corrected, schemas, operation, overlay, answer);
    },
  };
}

interface Parameter {
  readonly node: Node;
  readonly place: string;
}

function parameters(document: Node, request: DescribedRequest): readonly Parameter[] {
  const base = `/paths${pointer(request.template)}`;
  const found: Parameter[] = [];
  for (const list of [`${base}/parameters`, `${base}/${request.method.toLowerCase()}/parameters`]) {
    const nodes = at(document, list);
    if (!Array.isArray(nodes)) continue;
    for (const [index, node] of (nodes as readonly Value[]).entries()) {
      const real = deref(document, node);
      const place = isNode(node) && typeof node['$ref'] === 'string' ? node['$ref'].slice(1) : `${list}/${index}`;
      if (real !== null) found.push({ node: real, place });
    }
  }
  return found;
}

function checkParameters(
  document: Node,
  schemas: Schemas,
  _operation: Node,
  overlay: Overlay,
  request: DescribedRequest,
): readonly string[] {
  const complaints: string[] = [];
  const known = new Set(overlay.query ?? []);
  for (const { node, place } of parameters(document, request)) {
    const name = String(node['name']);
    if (node['in'] === 'path') {
      const value = request.params[name];
      if (value === undefined) complaints.push(`path: no ${name}`);
      else
        complaints.push(
          ...schemas
            .textAt(`${place}/schema`)(value)
            .map((text) => `path ${name}: ${text}`),
        );
    }
    if (node['in'] !== 'query') continue;
    known.add(name).add(`${name}[]`);
    const values = [...request.query.getAll(name), ...request.query.getAll(`${name}[]`)];
    if (values.length === 0) {
      if (node['required'] === true) complaints.push(`query: no ${name}`);
      continue;
    }
    const schema = deref(document, node['schema']);
    const list = node['explode'] === false ? values.flatMap((value) => value.split(',')) : values;
    const value = schema?.['type'] === 'array' ? list : values[0];
    complaints.push(
      ...schemas
        .textAt(`${place}/schema`)(value)
        .map((text) => `query ${name}: ${text}`),
    );
  }
  for (const name of request.query.keys()) {
    // `variables[key]` of a deep object belongs to `variables`
    if (!known.has(name) && !known.has(name.replace(/\[.*$/, ''))) complaints.push(`query: unknown ${name}`);
  }
  return complaints;
}

function checkBody(document: Node, schemas: Schemas, operation: Node, request: DescribedRequest): readonly string[] {
  const described = deref(document, operation['requestBody']);
  const empty =
    request.body === undefined || (isNode(request.body as Value) && Object.keys(request.body as Node).length === 0);
  if (described === null) return empty ? [] : ['body: none is described'];
  if (request.body === undefined) return described['required'] === true ? ['body: missing'] : [];
  const own = operation['requestBody'];
  const base =
    isNode(own) && typeof own['$ref'] === 'string'
      ? own['$ref'].slice(1)
      : `/paths${pointer(request.template)}/${request.method.toLowerCase()}/requestBody`;
  const place = `${base}/content/application~1json/schema`;
  const schema = deref(document, at(document, place));
  if (schema === null) return ['body: no JSON is described'];
  return [...schemas.at(place)(request.body), ...unknownMembers(schema, request.body)].map((text) => `body: ${text}`);
}

/** Members that a plain object schema does not name: the forge would pass over them in silence. */
function unknownMembers(schema: Node, body: unknown): readonly string[] {
  const properties = schema['properties'];
  const open = schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf'] ?? schema['additionalProperties'];
  if (!isNode(properties) || (open !== undefined && open !== false) || !isNode(body as Value)) return [];
  return Object.keys(body as Node)
    .filter((name) => !(name in properties))
    .map((name) => `unknown ${name}`);
}

function checkAnswer(
  document: Node,
  schemas: Schemas,
  operation: Node,
  overlay: Overlay,
  answer: DescribedAnswer,
): readonly string[] {
  const status = String(answer.status);
  const responses = operation['responses'];
  const own = isNode(responses) ? responses[status] : undefined;
  const described = deref(document, own);
  const general = overlay.statuses[status];
  // an error that is listed without a body has the usual one all the same
  if (described === null || (described['content'] === undefined && answer.status >= 400 && general !== undefined)) {
    if (general === undefined) return [`status ${status} is not described`];
    return general === null
      ? []
      : schemas
          .at(general)(answer.body)
          .map((text) => `answer ${status}: ${text}`);
  }
  const content = deref(document, described['content']);
  const type = content === null ? undefined : Object.keys(content).find((name) => /json/.test(name));
  if (content === null || type === undefined) {
    return answer.body === undefined || content !== null ? [] : [`answer ${status}: a body that is not described`];
  }
  if (answer.body === undefined) return [`answer ${status}: no JSON`];
  const base =
    isNode(own) && typeof own['$ref'] === 'string'
      ? own['$ref'].slice(1)
      : `/paths${pointer(answer.template)}/${answer.method.toLowerCase()}/responses/${status}`;
  const schema = at(document, `${base}/content${pointer(type)}/schema`);
  if (schema === undefined) return [];
  return schemas
    .at(`${base}/content${pointer(type)}/schema`)(answer.body)
    .map((text) => `answer ${status}: ${text}`);
}
