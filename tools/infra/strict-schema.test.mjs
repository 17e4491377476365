import { expect, test } from 'vitest';
import { strict, strictResource } from './strict-schema.mjs';

test('an object has only the fields that are named, at any depth', () => {
  const inner = { type: 'object', properties: { a: { type: 'string' } } };
  const closed = strict({
    properties: { list: { type: 'array', items: inner }, map: { additionalProperties: inner }, properties: inner },
  });
  const shut = { ...inner, additionalProperties: false };
  expect(closed).toEqual({
    additionalProperties: false,
    properties: { list: { type: 'array', items: shut }, map: { additionalProperties: shut }, properties: shut },
  });
});

test('what may hold anything stays open', () => {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  expect(strict(free)).toEqual(free);
  const map = { type: 'object', additionalProperties: { type: 'string' } };
  expect(strict(map)).toEqual(map);
});

test('the parts of anyOf only narrow', () => {
  const either = { anyOf: [{ properties: { a: {} }, required: ['a'] }, { required: ['b'] }] };
  expect(strict(either)).toEqual(either);
});

test('a resource has its API version and the metadata of Kubernetes', () => {
  const like = { properties: { metadata: { $ref: '#/$defs/Meta' } }, $defs: { Meta: { type: 'object' } } };
  const schema = { type: 'object', properties: { metadata: { type: 'object' }, spec: { type: 'object' } } };
  expect(strictResource(schema, { apiVersion: 'example.com/v1', kind: 'Thing', like })).toEqual({
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    $defs: { Meta: { type: 'object' } },
    properties: {
      apiVersion: { type: 'string', enum: ['example.com/v1'] },
      kind: { type: 'string', enum: ['Thing'] },
      metadata: { $ref: '#/$defs/Meta' },
      spec: { type: 'object', additionalProperties: false },
    },
  });
});
