import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { application, fleet, gitops, makeBare, makeRepository } from './repository.js';

const files = fleet({
  'apps/production/search/application.yaml': application('search', 'production', '3.0.0'),
  'charts/search/Chart.yaml': 'apiVersion: v2\nname: search\nversion: 0.1.0\n',
  'tools/odd.yaml': application('odd', 'nowhere', '1.0.0').replace('odd-nowhere', 'odd'),
});

describe('init', () => {
  it('writes what was discovered, which is then read the same', async () => {
    const folder = makeRepository(files);
    const before = (await gitops(folder, ['status', '--output', 'json'])).json();
    const ran = await gitops(folder, ['init']);
    expect(ran.exitCode).toBe(0);
    const text = readFileSync(join(folder, 'gitops.yaml'), 'utf8');
    expect(text).toContain('  dev:  {}\n  prod: { from: dev, aliases: [production] }\n');
    expect(text).toMatch(/# 1 Application resources belong to no environment: odd\./);
    expect(ran.out).toContain(text);
    const after = (await gitops(folder, ['status', '--output', 'json'])).json();
    expect(after['environments']).toEqual(before['environments']);
  });

  it('--dry-run shows it and writes nothing', async () => {
    const folder = makeRepository();
    const ran = await gitops(folder, ['init', '--dry-run', '--output', 'json']);
    expect(ran.json()).toMatchObject({ schema: 'gitops/init/1', written: false });
    expect(existsSync(join(folder, 'gitops.yaml'))).toBe(false);
  });

  it('never writes over a file that is there', async () => {
    const folder = makeRepository(fleet({ 'gitops.yaml': 'version: 1 # ours\n' }));
    const ran = await gitops(folder, ['init']);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.err).toContain('gitops.yaml is there already');
    expect(readFileSync(join(folder, 'gitops.yaml'), 'utf8')).toBe('version: 1 # ours\n');
  });

  it('needs a working tree', async () => {
    const ran = await gitops('/', ['init', '--repo', makeBare()]);
    expect(ran.err).toContain('this is none');
    expect(ran.exitCode).toBe(2);
  });
});
