import {
  execute,
  GraphQLError as Failure,
  type GraphQLError,
  type GraphQLFieldResolver,
  parse,
  validate,
} from 'graphql';
import type { FakeAnswer, FakeRequest, Json } from '../../host/request.js';
import type { RateLimits } from '../rate.js';
import { errorAnswer } from '../rest/refuse.js';
import type { Token } from '../state/accounts.js';
import type { World } from '../state/world.js';
import { type Fields, graphqlContext } from './context.js';
import { formatError } from './failure.js';
import { rootFields } from './root.js';
import { githubSchema } from './schema.js';
import { missingScopes } from './scopes.js';

export interface GraphqlOptions {
  readonly world: World;
  readonly limits: RateLimits;
  readonly violations: string[];
}

/**
 * Answers a GraphQL request, executed against GitHub's own schema. A query that does not fit the schema, and a field
 * that this fake does not serve, are violations.
 */
export async function serveGraphql(
  options: GraphqlOptions,
  request: FakeRequest,
  token: Token | null,
): Promise<FakeAnswer> {
  const { world, limits, violations } = options;
  const violate = (text: string): FakeAnswer => {
    violations.push(`POST /graphql: ${text}`);
    return { status: 500, body: { message: `Violation of the published schema: ${text}` } };
  };
  if (request.method !== 'POST') return errorAnswer(404, 'Not Found');
  if (token === null) return errorAnswer(401, 'This endpoint requires you to be authenticated.');
  if (token.kind === 'app') return errorAnswer(401, 'Bad credentials');
  const body = readBody(await request.bytes());
  if (body === null) return violate('a body with a query is missing');
  let document: ReturnType<typeof parse>;
  try {
    document = parse(body.query, { maxTokens: 100_000 });
  } catch (error) {
    return violate(String(error));
  }
  const schema = githubSchema();
  const faults = validate(schema, document);
  if (faults.length > 0) return violate(faults.map((fault) => fault.message).join('; '));
  const scopes = missingScopes(document, token);
  if (scopes.length > 0) {
    return { status: 200, body: { errors: scopes.map((message) => ({ type: 'INSUFFICIENT_SCOPES', message })) } };
  }
  const context = graphqlContext(world, token);
  const result = await execute({
    schema,
    document,
    rootValue: rootFields(context, limits),
    variableValues: body.variables,
    ...(body.operationName === null ? {} : { operationName: body.operationName }),
    fieldResolver: resolveField,
  });
  const errors = result.errors ?? [];
  const own = errors.filter(isOwn);
  if (own.length > 0) return violate(own.map((error) => error.stack ?? error.message).join('; '));
  return {
    status: 200,
    body: {
      ...(result.data === undefined ? {} : { data: result.data as Json | null }),
      ...(errors.length === 0 ? {} : { errors: errors.map(formatError) }),
    },
  };
}

/** An error that GitHub would not give: of this fake, or of a request that does not fit. */
function isOwn(error: GraphQLError): boolean {
  return error.extensions['type'] === undefined;
}

const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, args: Fields, _context, info) => {
  const fields = source as Fields;
  if (!(info.fieldName in fields))
    throw new Failure(`this fake does not serve ${info.parentType.name}.${info.fieldName}`);
  const value = fields[info.fieldName];
  return typeof value === 'function' ? (value as (args: Fields) => unknown)(args) : value;
};

interface GraphqlBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

function readBody(bytes: Buffer): GraphqlBody | null {
  try {
    const body = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>>;
    if (typeof body['query'] !== 'string') return null;
    return {
      query: body['query'],
      variables: (body['variables'] ?? {}) as Readonly<Record<string, unknown>>,
      operationName: typeof body['operationName'] === 'string' ? body['operationName'] : null,
    };
  } catch {
    return null;
  }
}
