import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gitlabDescription } from '../src/fakes/gitlab/description.js';
import { operations } from '../src/fakes/gitlab/operations.js';
import { notFromGitLabDescription } from '../src/fakes/index.js';
import { expectViolations, project, startForTest } from './fakes-gitlab-support.js';

/** In a checkout it is always there. */
function present<T>(found: T | null): T {
  if (found === null) throw new Error('the description is missing');
  return found;
}

it('answers nothing that is not described', () => {
  const description = present(gitlabDescription());
  for (const { method, path } of operations) {
    expect([method, path, description.has(method, `/api/v4${path}`)]).toEqual([method, path, true]);
  }
});

it('lists what it took from documentation instead', () => {
  const own = new Set(operations.map(({ method, path }) => `${method} /api/v4${path}`));
  const added = notFromGitLabDescription();
  expect(added).toContain('GET /api/v4/projects/{id}/protected_branches');
  expect(added).toHaveLength(19);
  for (const one of added) expect([one, own.has(one)]).toEqual([one, true]);
  const { paths } = JSON.parse(readData('additions.json'));
  for (const { documentation } of paths) expect(documentation).toMatch(/^https:\/\/docs\.gitlab\.com\/api\//);
});

it('gives a reason for each correction', () => {
  const { corrections } = JSON.parse(readData('corrections.json'));
  for (const { why } of corrections) expect(why).toMatch(/\S{3}/);
});

it('holds requests to the description', async () => {
  const bad: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['POST', `${project}/merge_requests`, { title: 'T', source_branch: 'topic' }, /target_branch/],
    ['POST', `${project}/merge_requests`, { title: null, source_branch: 'topic', target_branch: 'main' }, /title/],
    [
      'POST',
      `${project}/merge_requests`,
      { title: 'T', source_branch: 'topic', target_branch: 'main', labls: 'a' },
      /unknown labls/,
    ],
    [
      'POST',
      `${project}/repository/commits`,
      { branch: 'main', commit_message: 'C', actions: [{ action: 'updat', file_path: 'x' }] },
      /enum|allowed/,
    ],
    ['POST', `${project}/statuses/main`, { state: 'error' }, /state/],
    ['PUT', `${project}/merge_requests/1/merge`, { squash: 'yes' }, /squash/],
    ['GET', `${project}/merge_requests?stat=opened`, undefined, /unknown stat/],
    ['GET', `${project}/repository/tags`, undefined, /no such endpoint/],
  ];
  for (const [method, path, body, complaint] of bad) {
    const { gitlab, call, seeded } = await startForTest();
    await seeded();
    const answer = await call(method, path, body);
    expect([path, answer.status]).toEqual([path, 500]);
    expectViolations(gitlab, complaint);
    await gitlab.close();
  }
});

it('holds answers to the description', async () => {
  const description = present(gitlabDescription());
  const { call, opened } = await startForTest();
  await opened();
  const seen = (await call('GET', `${project}/merge_requests/1`)).body;
  const template = '/api/v4/projects/{id}/merge_requests/{merge_request_iid}';
  const complaints = (body: unknown, status = 200) =>
    description.answer({ method: 'GET', template, status, body }).join('\n');
  expect(complaints(seen)).toBe('');
  const { sha: _sha, ...without } = seen;
  expect(complaints(without)).toContain("'sha'");
  expect(complaints({ ...seen, shaa: 'x' })).toContain('additional properties');
  expect(complaints({ ...seen, iid: '1' })).toContain('/iid');
  expect(complaints({ ...seen, title: null })).toContain('/title');
  expect(complaints({ ...seen, reviewers: seen.author })).toContain('/reviewers');
  expect(complaints({ ...seen, merged_at: null })).toBe('');
  expect(complaints({ message: '404 Not found' }, 404)).toBe('');
  expect(complaints({ text: '404 Not found' }, 404)).not.toBe('');
  expect(complaints({}, 418)).toContain('not described');
});

/** Fields of old answers that GitLab 19.5 has no more, that only some have, or of which this fake has nothing to tell. */
const gone: Readonly<Record<string, readonly string[]>> = {
  note: ['attachment', 'position', 'resolved', 'resolved_by'],
  user: ['bio_html', 'skype', 'shared_runners_minutes_limit', 'extra_shared_runners_minutes_limit'],
  mergeRequest: ['allow_collaboration', 'allow_maintainer_to_push'],
  project: [
    ...['auto_cancel_pending_pipelines', 'auto_devops_deploy_strategy', 'auto_devops_enabled', 'build_coverage_regex'],
    ...['build_timeout', 'ci_config_path', 'ci_default_git_depth', 'external_authorization_classification_label'],
    ...['forking_access_level', 'issues_access_level', 'marked_for_deletion_at', 'marked_for_deletion_on'],
    ...[
      'pages_access_level',
      'service_desk_address',
      'service_desk_enabled',
      'snippets_access_level',
      'wiki_access_level',
    ],
  ],
};

it('answers in the shapes that gitlab.com was recorded with', async () => {
  const { gitlab, call, opened } = await startForTest();
  const { head } = await opened();
  await call('POST', `${project}/statuses/${head}`, { state: 'success', name: 'build' });
  const note = await call('POST', `${project}/merge_requests/1/notes`, { body: 'x' });
  const { endpoints } = JSON.parse(
    readFileSync(new URL('./fakes-gitlab-recorded-shapes.json', import.meta.url), 'utf8'),
  ) as { endpoints: Record<string, { list: boolean; status: number; fields: Record<string, string[]> }> };
  const kinds: Readonly<Record<string, string>> = { notes: 'note', user: 'user', merge_requests: 'mergeRequest' };
  for (const [endpoint, { list, fields }] of Object.entries(endpoints)) {
    const [method, template = ''] = endpoint.split(' ');
    if (method !== 'GET') continue;
    const path = template
      .replace('/projects/{id}', project)
      .replace('{iid}', '1')
      .replace('{note}', String(note.body.id))
      .replace('{sha}', head)
      .replace('{branch}', 'topic')
      .replace('{path}', 'README.md?ref=main');
    const { body, status } = await call('GET', path);
    expect([endpoint, status, Array.isArray(body)]).toEqual([endpoint, 200, list]);
    const one = list ? body[0] : body;
    const words = template.split('/');
    const kind =
      kinds[words.findLast((word) => word in kinds) ?? ''] ?? (template === '/projects/{id}' ? 'project' : '');
    const missing = Object.keys(fields).filter((name) => !(name in one) && !gone[kind]?.includes(name));
    expect([endpoint, missing]).toEqual([endpoint, []]);
    for (const [name, types] of Object.entries(fields)) {
      const value = one[name];
      if (value === undefined || value === null || types.join() === 'null') continue;
      const type = Array.isArray(value) ? 'array' : typeof value;
      expect([endpoint, name, types.includes(type)]).toEqual([endpoint, name, true]);
    }
  }
  expect(gitlab.violations).toEqual([]);
});

function readData(file: string): string {
  return readFileSync(new URL(`../data/gitlab/${file}`, import.meta.url), 'utf8');
}
