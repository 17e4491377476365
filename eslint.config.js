import tseslint from 'typescript-eslint';
import { mustUseResult } from './tools/eslint-must-use-result.mjs';

const unsafe = {
  selector: 'MemberExpression[property.name=/^_unsafeUnwrap/]',
  message: 'Handle both sides of a Result.',
};
const clock = 'Core has no clock: time comes with the request.';

/** Type-aware rules and rules of the house: Biome has the rest. */
export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/*.{js,mjs,cjs}',
      'examples/**',
      '**/tsup*.ts',
      'vitest.config.ts',
    ],
  },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin, house: { rules: { 'must-use-result': mustUseResult } } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      'house/must-use-result': 'error',
    },
  },
  {
    // a test that drops a Result meets the failure at its next expectation
    files: ['packages/*/test/**/*.ts', '**/*.test.ts'],
    rules: { 'house/must-use-result': 'off' },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', unsafe] },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clock },
        { object: 'Math', property: 'random', message: 'Core has no randomness.' },
        { object: 'performance', property: 'now', message: clock },
      ],
      'no-restricted-syntax': [
        'error',
        unsafe,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clock },
        { selector: "CallExpression[callee.name='Date']", message: clock },
      ],
    },
  },
);
