import { expect, test } from 'vitest';
import { dockerfileFaults } from './dockerfile-rules.mjs';

const digest = `sha256:${'a'.repeat(64)}`;
const good = `# syntax=docker/dockerfile:1
ARG PYTHON=python:3.14.7-alpine3.24@${digest}
FROM \${PYTHON} AS build
RUN true \\
  # between the lines
  && true
FROM --platform=linux/amd64 build AS check
FROM $PYTHON
USER 10001:10001
`;

test('bases with digests and a numeric user are right', () => {
  expect(dockerfileFaults(good)).toEqual([]);
  expect(dockerfileFaults(`FROM scratch\nUSER 65532\n`)).toEqual([]);
  expect(dockerfileFaults(`FROM a:1@${digest} AS base\nUSER 1000\nFROM base\n`)).toEqual([]);
});

test.each([
  ['latest', 'python:latest'],
  ['no tag', 'python'],
  ['no digest', 'python:3.14.7-alpine3.24'],
  ['no tag beside the digest', `python@${digest}`],
  ['a short digest', 'python:3.14.7@sha256:abc'],
  ['an argument without a default', '${BASE}'],
  ['a port that looks like a tag', `registry.example.com:5000/python@${digest}`],
])('a base that can move: %s', (_, base) => {
  expect(dockerfileFaults(`FROM ${base}\nUSER 1\n`)).toEqual([expect.stringContaining('a tag can be moved')]);
});

test.each([
  ['none', '', 'it runs as root'],
  ['root by name', 'USER root\n', 'by its number'],
  ['root by number', 'USER 0\n', 'by its number'],
  ['the group of root', 'USER 10001:0\n', 'by its number'],
  ['a name', 'USER app\n', 'by its number'],
  ['the last one counts', 'USER 10001\nUSER root\n', 'by its number'],
])('a user with rights: %s', (_, line, fault) => {
  expect(dockerfileFaults(`FROM a:1@${digest}\n${line}`)).toEqual([expect.stringContaining(fault)]);
});

test('the user of an earlier stage is not the one of the last', () => {
  const text = `FROM a:1@${digest} AS build\nUSER 10001\nFROM a:1@${digest}\n`;
  expect(dockerfileFaults(text)).toEqual([expect.stringContaining('it runs as root')]);
});

test('a text without a stage is wrong', () => {
  expect(dockerfileFaults('RUN true\n')).toEqual(['it has no FROM']);
});
