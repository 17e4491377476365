import neverthrow from '@ninoseki/eslint-plugin-neverthrow';
import tseslint from 'typescript-eslint';

/** Type-aware rules only: Biome has the rest. */
export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', '**/*.{js,mjs,cjs}', 'examples/**', 'tsup.base.ts', '**/tsup.config.ts', 'vitest.config.ts'] },
  {
    files: ['packages/*/src/**/*.ts', 'packages/*/test/**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin, neverthrow },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      'neverthrow/must-use-result': 'error',
    },
  },
  {
    files: ['packages/*/test/**/*.ts', 'packages/*/src/**/*.test.ts'],
    rules: { 'neverthrow/must-use-result': 'off' },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[property.name=/^_unsafeUnwrap/]", message: 'Handle both sides of a Result.' },
      ],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[property.name=/^_unsafeUnwrap/]", message: 'Handle both sides of a Result.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Core has no clock: time comes with the request.' },
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'Core has no clock: time comes with the request.' },
        { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'Core has no randomness.' },
      ],
    },
  },
);
