import { expect, test } from 'vitest';
import { valueFaults, valuesUsed } from './chart-values.mjs';

const schema = {
  properties: {
    global: { type: 'object' },
    image: { properties: { name: { type: 'string' }, tag: { type: 'string' } } },
    env: { type: 'object', additionalProperties: { type: 'string' } },
    probe: { $ref: '#/definitions/probe' },
  },
  definitions: { probe: { properties: { period: { type: 'integer' }, timeout: { type: 'integer' } } } },
};

test('values are found in actions, not in comments or text', () => {
  const text = `{{/* not .Values.old */}}
see .Values.text
{{- range $one := .Values.env }}{{ $.Values.image.tag | quote }}{{ end }}
{{ if and .Values.image.name
  .Values.probe }}{{ end }}{{ .Values.env }}`;
  expect(valuesUsed(text)).toEqual(['env', 'image.tag', 'image.name', 'probe']);
});

test('a whole object covers what is in it', () => {
  expect(valueFaults(schema, ['image', 'env.LOG_LEVEL', 'probe.period', 'probe.timeout'])).toEqual([]);
});

test('a template that asks for what nobody can set', () => {
  expect(valueFaults(schema, ['image', 'env', 'probe', 'probe.perod', 'images.tag'])).toEqual([
    'a template uses probe.perod, which no schema names',
    'a template uses images.tag, which no schema names',
  ]);
});

test('a value that no template asks for', () => {
  expect(valueFaults(schema, ['image.tag', 'env', 'probe.period'])).toEqual([
    'image.name can be set, and no template uses it',
    'probe.timeout can be set, and no template uses it',
  ]);
});
