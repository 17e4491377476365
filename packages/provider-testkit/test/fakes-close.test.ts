import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startGitHub, startGitLab } from '../src/fakes/index.js';

it.each([
  ['GitHub', startGitHub],
  ['GitLab', startGitLab],
])('%s may be closed twice, and leaves no folder', async (_, start) => {
  const fake = await start();
  const folder = fake.folder('acme/gitops');
  expect(existsSync(folder)).toBe(true);
  await Promise.all([fake.close(), fake.close()]);
  await fake.close();
  expect(existsSync(folder)).toBe(false);
});
