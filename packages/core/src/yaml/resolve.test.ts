import { describe, expect, it } from 'vitest';
import { resolvePlain, resolveScalar } from './resolve.js';

// Each as sigs.k8s.io/yaml v1.6.0 answers.
describe('what Argo CD makes of a bare word', () => {
  it.each<[string, string | number | boolean | null]>([
    ['y', true],
    ['Y', true],
    ['yes', true],
    ['on', true],
    ['True', true],
    ['n', false],
    ['No', false],
    ['OFF', false],
    ['false', false],
    ['yEs', 'yEs'],
    ['t', 't'],
    ['', null],
    ['~', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['1.10', 1.1],
    ['1.', 1],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1e', '1e'],
    ['e1', 'e1'],
    ['.', '.'],
    ['.1_1', 0.11],
    ['.5_', '.5_'],
    ['0123', 83],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0x1f', -31],
    ['0b11', 3],
    ['089', 89],
    ['00', 0],
    ['+1', 1],
    ['1_000', 1000],
    ['_1', '_1'],
    ['0_x1', 1],
    ['12e4567', '12e4567'],
    ['1a2b3c4', '1a2b3c4'],
    ['1.8.2', '1.8.2'],
    ['12:30:45', '12:30:45'],
    ['2024-01-02', '2024-01-02'],
    ['=', '='],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.INF', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
  ])('%s', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  it('honours tags', () => {
    expect(resolveScalar('1', 'plain', 'tag:yaml.org,2002:str')).toBe('1');
    expect(resolveScalar('1', 'quoted', 'tag:yaml.org,2002:int')).toBe(1);
    expect(resolveScalar('1', 'plain', '!mine')).toBe('1');
    expect(resolveScalar('yes', 'quoted', undefined)).toBe('yes');
  });
});
