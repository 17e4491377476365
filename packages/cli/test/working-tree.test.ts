import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readWorkingTree } from '../src/working-tree.js';
import { git, temporaryFolder, write } from './repository.js';

it('reads what a fleet is made of, and nothing else', () => {
  const folder = temporaryFolder();
  write(folder, {
    'a/application.yaml': 'a: 1\n',
    'a/.argocd-source-x.yaml': 'b: 1\n',
    'a/Kustomization': 'c: 1\n',
    'chart/templates/_helpers.tpl': '{{ define "x" }}{{ end }}\n',
    'chart/templates/NOTES.txt': 'hello\n',
    'b.yml': 'd: 1\n',
    'README.md': '# no\n',
    'main.go': 'package main\n',
    'node_modules/x/y.yaml': 'no: 1\n',
    '.git/x.yaml': 'no: 1\n',
  });
  const snapshot = readWorkingTree(folder);
  expect(Object.keys(snapshot.files)).toEqual([
    'a/.argocd-source-x.yaml',
    'a/Kustomization',
    'a/application.yaml',
    'b.yml',
    'chart/templates/NOTES.txt',
    'chart/templates/_helpers.tpl',
  ]);
  expect(snapshot).toMatchObject({ commit: null, skipped: [] });
});

it('keeps every character, byte order mark and line ends', () => {
  const folder = temporaryFolder();
  write(folder, { 'a.yaml': '\uFEFFa: "ü"\r\nb: \uFFFD\r\n' });
  expect(readWorkingTree(folder).files['a.yaml']).toBe('\uFEFFa: "ü"\r\nb: \uFFFD\r\n');
});

it('says what it left out', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]));
  writeFileSync(join(folder, 'binary.yaml'), Buffer.from([0x61, 0x00, 0x62]));
  writeFileSync(join(folder, 'large.yaml'), `# ${'x'.repeat(5 * 1024 * 1024)}\n`);
  symlinkSync('/etc/hostname', join(folder, 'link.yaml'));
  mkdirSync(join(folder, 'sub'));
  git(join(folder, 'sub'), 'init', '--quiet');
  write(folder, { 'sub/x.yaml': 'a: 1\n' });
  const snapshot = readWorkingTree(folder);
  expect(snapshot.files).toEqual({});
  expect([...snapshot.skipped].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'binary.yaml', reason: 'not-utf8' },
    { path: 'large.yaml', reason: 'too-large' },
    { path: 'latin1.yaml', reason: 'not-utf8' },
    { path: 'link.yaml', reason: 'link' },
    { path: 'sub', reason: 'submodule' },
  ]);
});
