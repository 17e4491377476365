// Makes data/github from GitHub's own descriptions, as two npm packages have them:
//   npm pack @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1, unpack both, then
//   node scripts/github-data.mjs <folder of openapi> <folder of graphql-schema>
// REST: the paths named below, whole, closed over $ref. GraphQL: the whole schema. Left out of both: descriptions,
// examples and what is for generators of documentation.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, visit } from 'graphql';

const repository = '/repos/{owner}/{repo}';
const below = [
  '',
  '/actions/permissions',
  '/assignees',
  '/branches',
  '/branches/{branch}',
  '/branches/{branch}/protection',
  '/check-runs',
  '/collaborators',
  '/collaborators/{username}',
  '/collaborators/{username}/permission',
  '/commits',
  '/commits/{commit_sha}/pulls',
  '/commits/{ref}',
  '/commits/{ref}/check-runs',
  '/commits/{ref}/status',
  '/commits/{ref}/statuses',
  '/compare/{basehead}',
  '/contents/{path}',
  '/git/blobs',
  '/git/blobs/{file_sha}',
  '/git/commits',
  '/git/commits/{commit_sha}',
  '/git/matching-refs/{ref}',
  '/git/ref/{ref}',
  '/git/refs',
  '/git/refs/{ref}',
  '/git/trees',
  '/git/trees/{tree_sha}',
  '/installation',
  '/issues/comments/{comment_id}',
  '/issues/{issue_number}',
  '/issues/{issue_number}/assignees',
  '/issues/{issue_number}/comments',
  '/issues/{issue_number}/labels',
  '/issues/{issue_number}/labels/{name}',
  '/labels',
  '/labels/{name}',
  '/milestones',
  '/pulls',
  '/pulls/{pull_number}',
  '/pulls/{pull_number}/commits',
  '/pulls/{pull_number}/files',
  '/pulls/{pull_number}/merge',
  '/pulls/{pull_number}/requested_reviewers',
  '/pulls/{pull_number}/reviews',
  '/pulls/{pull_number}/reviews/{review_id}/dismissals',
  '/pulls/{pull_number}/update-branch',
  '/rules/branches/{branch}',
  '/statuses/{sha}',
  '/tarball/{ref}',
];
const paths = [
  '/',
  '/app',
  '/app/installations',
  '/app/installations/{installation_id}/access_tokens',
  '/installation/repositories',
  '/meta',
  '/rate_limit',
  '/user',
  '/users/{username}',
  ...below.map((path) => repository + path),
];

const noise = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags', 'deprecated', 'title']);

/** `properties` holds names of fields, which may be called like the noise. */
function strip(value, names = false) {
  if (Array.isArray(value)) return value.map((part) => strip(part));
  if (value === null || typeof value !== 'object') return value;
  const kept = {};
  for (const [name, part] of Object.entries(value)) {
    if (!names && (noise.has(name) || name.startsWith('x-'))) continue;
    kept[name] = strip(part, !names && name === 'properties');
  }
  return kept;
}

function rest(folder) {
  const whole = JSON.parse(readFileSync(join(folder, 'generated', 'api.github.com.json'), 'utf8'));
  const slice = { paths: {}, components: {} };
  const wanted = [];
  const collect = (value) => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (value !== null && typeof value === 'object') {
      if (typeof value.$ref === 'string') wanted.push(value.$ref);
      Object.values(value).forEach(collect);
    }
    return value;
  };
  for (const path of paths.toSorted()) {
    if (whole.paths[path] === undefined) throw new Error(`no ${path} in the description`);
    slice.paths[path] = collect(strip(whole.paths[path]));
  }
  for (let ref = wanted.pop(); ref !== undefined; ref = wanted.pop()) {
    const [, , kind, name] = ref.split('/');
    slice.components[kind] ??= {};
    slice.components[kind][name] ??= collect(strip(whole.components[kind][name]));
  }
  const lines = (value) =>
    Object.keys(value)
      .toSorted()
      .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(value[name])}`)
      .join(',\n');
  const components = Object.keys(slice.components)
    .toSorted()
    .map((kind) => `${JSON.stringify(kind)}: {\n${lines(slice.components[kind])}\n}`)
    .join(',\n');
  const info = { title: whole.info.title, version: whole.info.version, license: whole.info.license };
  return `{"openapi": ${JSON.stringify(whole.openapi)}, "info": ${JSON.stringify(info)},\n"paths": {\n${lines(slice.paths)}\n},\n"components": {\n${components}\n}}\n`;
}

function graphql(folder) {
  const document = parse(readFileSync(join(folder, 'schema.graphql'), 'utf8'), { noLocation: true });
  const bare = visit(document, {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    Directive: { leave: (node) => (node.name.value === 'possibleTypes' ? null : undefined) },
    [Kind.DIRECTIVE_DEFINITION]: { leave: (node) => (node.name.value === 'possibleTypes' ? null : undefined) },
  });
  return `${print(bare)}\n`;
}

const [openapi, schema] = process.argv.slice(2);
if (openapi === undefined || schema === undefined) throw new Error('two folders are needed');
const data = join(dirname(fileURLToPath(import.meta.url)), '..', 'data', 'github');
writeFileSync(join(data, 'openapi.json'), rest(openapi));
writeFileSync(join(data, 'schema.graphql'), graphql(schema));
