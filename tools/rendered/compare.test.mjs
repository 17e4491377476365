import { describe, expect, it } from 'vitest';
import { differences, leavesOf, versionsNotRun } from './compare.mjs';

const deployment = (image, { more = '', checksum = 'a' } = {}) => `
kind: Deployment
metadata:
  name: api
  annotations: { checksum/config: ${checksum} }
spec:
  replicas: 1
  template: { spec: { containers: [{ name: api, image: ${image} }] } }
${more}`;
const versions = [{ image: 'acme/api', from: { tag: '1.0.0' }, to: { tag: '1.1.0' } }];
const between = (before, after) => differences(leavesOf(before), leavesOf(after), versions);

describe('what differs between two renderings', () => {
  it('counts a version that was replaced, and a checksum', () => {
    expect(between(deployment('acme/api:1.0.0'), deployment('acme/api:1.1.0'))).toEqual({
      versions: 1,
      derived: 0,
      others: [],
    });
    expect(between(deployment('acme/api:1.0.0'), deployment('acme/api:1.1.0', { checksum: 'b' }))).toEqual({
      versions: 1,
      derived: 1,
      others: [],
    });
  });
  it('holds each version apart from those that its text begins', () => {
    const two = [
      { from: { tag: '1.0.2' }, to: { tag: '1.0.01' } },
      { from: { tag: '1.0.0' }, to: { tag: 'staging' } },
    ];
    const run = (tag) => leavesOf(deployment(`acme/api:${tag}`));
    expect(differences(run('1.0.2'), run('1.0.01'), two)).toEqual({ versions: 1, derived: 0, others: [] });
  });
  it.each([
    ['another field', deployment('acme/api:1.1.0').replace('replicas: 1', 'replicas: 2')],
    ['another repository', deployment('other/api:1.1.0')],
    ['another version', deployment('acme/api:1.2.0')],
    ['a field more', deployment('acme/api:1.1.0', { more: '  paused: true\n' })],
    ['a field less', deployment('acme/api:1.1.0').replace('  replicas: 1\n', '')],
    ['a resource more', `${deployment('acme/api:1.1.0')}---\nkind: Service\nmetadata: { name: api }\n`],
  ])('says %s', (_, after) => {
    expect(between(deployment('acme/api:1.0.0'), after).others).not.toEqual([]);
  });
  it('says which versions nothing runs', () => {
    expect(versionsNotRun(leavesOf(deployment('acme/api:1.1.0')), versions)).toEqual([]);
    expect(versionsNotRun(leavesOf(deployment('acme/api:1.0.0')), versions)).toEqual(versions);
  });
});
