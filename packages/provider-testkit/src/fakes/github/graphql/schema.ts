import { buildSchema, type GraphQLSchema } from 'graphql';
import { readData } from '../../host/data.js';

let schema: GraphQLSchema | null = null;

/** GitHub's published schema, read once: it takes half a second. */
export function githubSchema(): GraphQLSchema {
  // two fields of one type are written twice in what GitHub publishes
  schema ??= buildSchema(readData('github', 'schema.graphql'), { assumeValidSDL: true, noLocation: true });
  return schema;
}
