import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Json } from '../../host/request.js';

export type FailureType =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'STALE_DATA'
  | 'UNPROCESSABLE'
  | 'INSUFFICIENT_SCOPES'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'EXCESSIVE_PAGINATION'
  | 'RATE_LIMITED';

/** Ends a field with an error of GitHub's. */
export function refuseField(type: FailureType, message: string): never {
  throw new GraphQLError(message, { extensions: { type } });
}

/** GitHub puts the type of an error beside its message, not into `extensions`. */
export function formatError(error: GraphQLError | GraphQLFormattedError): Json {
  const type = error.extensions?.['type'];
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined
      ? {}
      : { locations: error.locations.map(({ line, column }) => ({ line, column })) }),
    message: error.message,
  };
}
