import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { mustUseResult } from './eslint-must-use-result.mjs';

const declarations = `
declare class Result<T, E> { isErr(): boolean; mapErr(f: (e: E) => E): this; orElse(f: () => this): this; match<R>(a: (t: T) => R, b: (e: E) => R): R }
declare class ResultAsync<T, E> implements PromiseLike<Result<T, E>> {
  mapErr(f: (e: E) => E): this; orElse(f: () => this): this; unwrapOr(value: T): Promise<T>;
  then<R>(f?: ((value: Result<T, E>) => R | PromiseLike<R>) | null): PromiseLike<R>;
}
declare function sync(): Result<number, string>;
declare function later(): ResultAsync<number, string>;
declare function promised(): Promise<Result<number, string>>;
declare function maybe(): Result<number, string> | undefined;
declare const object: { sync?(): Result<number, string> };
declare const yes: boolean;
`;
const root = fileURLToPath(new URL('..', import.meta.url));
const linter = new Linter({ cwd: root });
const config = {
  files: ['**/*.ts'],
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: root },
  },
  plugins: { house: { rules: { 'must-use-result': mustUseResult } } },
  rules: { 'house/must-use-result': 'error' },
};
const reports = (code) => linter.verify(`${declarations}${code}`, config, { filename: `${root}probe-of-results.ts` });

describe('must-use-result', () => {
  it.each([
    'sync();',
    'void sync();',
    'later();',
    'await later();',
    'await promised();',
    'promised();',
    'maybe();',
    'object.sync?.();',
    'yes && sync();',
    'yes ? sync() : later();',
    'sync().mapErr((e) => e);',
  ])('refuses %s', (code) => {
    const found = reports(code);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((one) => one.messageId))).toEqual(new Set(['unused']));
  });

  it.each([
    'const a = sync(); a.isErr();',
    'sync().match(() => 1, () => 2);',
    'await later().unwrapOr(1);',
    'let a; a = sync();',
    'const f = () => sync();',
    'Promise.resolve(1);',
  ])('lets pass %s', (code) => {
    expect(reports(code)).toEqual([]);
  });
});
