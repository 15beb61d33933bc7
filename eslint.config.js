import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const TESTS = ['test/**/*.ts', 'src/**/*.spec.ts', 'bench/**/*.spec.ts'];
const SCRIPTS = ['*.js', '*.cjs', 'tools/**/*.mjs'];
const SIZE = { skipBlankLines: true, skipComments: true };

const DOUBLE_CAST = {
  selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
  message: 'A cast through unknown hides a type error: narrow the value, or fix the type.',
};
const ENVIRONMENT = {
  selector:
    'MemberExpression[object.property.name="process"][property.name="env"], ImportDeclaration[source.value=/^(node:)?process$/]',
  message: 'Only src/config reads the environment.',
};
const NOT_RUN = {
  selector:
    'MemberExpression[property.name=/^(only|skip|todo|fails)$/]:has(Identifier[name=/^(it|test|describe|suite)$/])',
  message: 'A focused or skipped test lets a break through: run it or delete it.',
};

export default defineConfig(
  globalIgnores(['node_modules/', 'dist/', 'coverage/', '.data/', 'web/']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    // No file may switch a rule off for itself: a rule that is wrong is changed here, for all.
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, ...SIZE }],
      'max-lines-per-function': ['error', { max: 50, IIFEs: true, ...SIZE }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', DOUBLE_CAST, ENVIRONMENT],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/common',
              importNames: ['forwardRef'],
              message: 'A circle of modules: let the lower room declare a hook that the upper one fills.',
            },
          ],
        },
      ],
      // Silent in files with decorators while emitDecoratorMetadata is on, where an injected class must stay a
      // value import; there tsc itself (TS1272) demands `import type` for interfaces in decorated signatures.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // A Nest module is an empty class that carries its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Numbers and booleans read well in a message; objects and undefined stay refused.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => emitter.emit(…)` and the guard `if (…) return refuse(response);` are how listeners and routes read.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Interfaces (hooks, carriers, processors) are async by contract, also where one body has nothing to await.
      '@typescript-eslint/require-await': 'off',
      // A private constructor that forbids `new` has nothing to do.
      '@typescript-eslint/no-empty-function': ['error', { allow: ['private-constructors'] }],
      // `||` is meant where an empty string or 0 counts as absent.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: true }],
      // A response or an options class only names fields: an object literal that has them is as good as `new`.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Blind to what a callback or an await changed meanwhile (`let isClosed = false; … while (!isClosed)`), and to
      // types that promise too much (JSON.stringify): it was wrong five times of five.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `type` for unions and rows, `interface` for ports: the writer chooses.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
    },
  },
  {
    files: ['src/config/**/*.ts', 'test/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', '*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': ['error', DOUBLE_CAST] },
  },
  {
    // A pattern that a short text can keep busy for minutes (ReDoS) is no pattern for what comes from outside.
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': [
        'error',
        { report: 'potential', ignorePartial: false, ignoreSticky: false },
      ],
    },
  },
  {
    // A response has fields and nothing else, so that a longer one may spread a shorter one.
    files: ['src/**/*.response.ts'],
    rules: { '@typescript-eslint/no-misused-spread': 'off' },
  },
  {
    // Programs that talk to a person at a terminal.
    files: ['src/*.main.ts', 'src/main.ts', 'src/embedded/*.main.ts', 'tools/**', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: TESTS,
    rules: {
      // A describe block is one function; the file's own limit keeps it in bounds.
      'max-lines-per-function': ['error', { max: 280, ...SIZE }],
      'no-restricted-syntax': ['error', DOUBLE_CAST, NOT_RUN],
      'no-restricted-globals': ['error', 'fit', 'fdescribe', 'xit', 'xtest', 'xdescribe'],
      // A test states what it knows: `rows[0]!` fails loudly enough when it is wrong.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // supertest's body, JSON.parse and friends are any by type, and are asserted on at once.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Stubs and swallowed rejections.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: SCRIPTS,
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      parserOptions: { projectService: false },
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        structuredClone: 'readonly',
      },
    },
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  prettier,
);
