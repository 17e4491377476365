import { type Description, readDescription } from '../description/check.js';
import { isNode, type Node, type Value } from '../description/document.js';
import type { Correction, Overlay } from '../description/overlay.js';
import { hasData, readData } from '../host/data.js';

/** An endpoint that the published slice lacks, written from its documentation. */
interface Addition {
  readonly path: string;
  readonly documentation: string;
  /** Operations by method, as OpenAPI writes them. */
  readonly operations: Node;
}

interface Additions {
  readonly schemas: Node;
  readonly paths: readonly Addition[];
}

const escape = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const parse = (file: string): Node => JSON.parse(readData('gitlab', file)) as Node;

let known: Description | null = null;

/**
 * GitLab 19.5's description of its REST API, corrected: what is wrong in it (`corrections.json`), bodies that it leaves
 * out (`gitlab-bodies-2025-03.json`), endpoints that it lacks (`additions.json`). Read once for a process. Null where
 * it is not there: GitLab shares it alike (CC BY-SA 4.0), so the published package does not hold it.
 */
export function gitlabDescription(): Description | null {
  if (!hasData('gitlab', 'gitlab-openapi.json')) return null;
  known ??= readDescription(parse('gitlab-openapi.json'), overlay(), []);
  return known;
}

/** `GET /api/v4/…` of each operation that is held to its documentation only, not to the description. */
export function notFromDescription(): readonly string[] {
  const { paths } = parse('additions.json') as unknown as Additions;
  return paths.flatMap(({ path, operations }) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

function overlay(): Overlay {
  const reviewed = parse('corrections.json') as unknown as Overlay;
  const additions = parse('additions.json') as unknown as Additions;
  const document = parse('gitlab-openapi.json');
  const bodies = parse('gitlab-bodies-2025-03.json')['bodies'];
  return {
    ...reviewed,
    corrections: [
      ...answerFields(document),
      ...eitherOr(document),
      ...olderBodies(isNode(bodies) ? bodies : {}),
      ...added(additions),
      ...reviewed.corrections,
    ],
  };
}

/**
 * Every field of an answer may be null, and no answer has a field that its schema does not name: the description says
 * neither (none of its answers is `nullable`), and without the second a misspelt field would pass.
 */
function answerFields(document: Node): readonly Correction[] {
  const components = document['components'];
  const schemas = isNode(components) ? components['schemas'] : undefined;
  const corrections: Correction[] = [];
  for (const [name, schema] of Object.entries(isNode(schemas) ? schemas : {})) {
    if (name.startsWith('RequestBody_') || !isNode(schema)) continue;
    corrections.push({ at: `/components/schemas/${name}`, set: answerSchema(schema), why: 'answers: null, closed' });
  }
  return corrections;
}

function answerSchema(schema: Node): Node {
  const properties = schema['properties'];
  if (!isNode(properties)) return schema;
  const fields = Object.entries(properties).map(([name, field]): [string, Value] => [
    name,
    isNode(field) ? { ...answerSchema(field), nullable: true } : field,
  ]);
  return { ...schema, properties: Object.fromEntries(fields), additionalProperties: false };
}

/** `12` in an address is a text and a number at once, which `oneOf` refuses. */
function eitherOr(document: Node): readonly Correction[] {
  const corrections: Correction[] = [];
  for (const [path, methods] of Object.entries(isNode(document['paths']) ? document['paths'] : {})) {
    for (const [method, operation] of Object.entries(isNode(methods) ? methods : {})) {
      const list = isNode(operation) ? operation['parameters'] : undefined;
      for (const [index, parameter] of (Array.isArray(list) ? (list as readonly Value[]) : []).entries()) {
        const schema = isNode(parameter) ? parameter['schema'] : undefined;
        const either = isNode(schema) ? schema['oneOf'] : undefined;
        if (either === undefined) continue;
        const at = `/paths/${escape(path)}/${method}/parameters/${index}/schema`;
        corrections.push({ at, set: { oneOf: null, anyOf: either }, why: 'a text of an address may be both' });
      }
    }
  }
  return corrections;
}

/** The JSON bodies that clients send where 19.5 describes what its proxy passes on. */
function olderBodies(bodies: Node): readonly Correction[] {
  return Object.entries(bodies).map(([operation, schema]) => {
    const [method = '', path = ''] = operation.split(' ');
    return {
      at: `/paths/${escape(path)}/${method.toLowerCase()}/requestBody`,
      set: { content: { 'application/json': { schema } } },
      why: '19.5 describes multipart with one binary file; JSON is what clients send',
    };
  });
}

function added({ schemas, paths }: Additions): readonly Correction[] {
  return [
    ...Object.entries(schemas).map(([name, set]) => ({ at: `/components/schemas/${name}`, set, why: 'added' })),
    ...paths.map(({ path, operations, documentation }) => ({
      at: `/paths/${escape(path)}`,
      set: operations,
      why: documentation,
    })),
  ];
}
