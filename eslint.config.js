import tseslint from 'typescript-eslint';

const clocks = [
  { object: 'Date', property: 'now', message: 'the clock comes in as an argument' },
  { object: 'Math', property: 'random', message: 'randomness comes in as an argument' },
];

/** Optional packages have one layer that knows them, and they are loaded there where they are first needed. */
const optional = ['@nats-io', '@duckdb'];
const lateOnly = {
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          group: optional.map((scope) => `${scope}/*`),
          allowTypeImports: true,
          message: 'an optional package: await import() it where it is needed',
        },
      ],
    },
  ],
};
const nowhere = {
  ...lateOnly,
  'no-restricted-syntax': [
    'error',
    {
      selector: `ImportExpression[source.value=/^(${optional.join('|')})\\u002F/]`,
      message: 'NATS and DuckDB are known to collector/ alone',
    },
  ],
};

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'node_modules/', 'var/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      'max-params': ['error', 3],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['**/*.ts'], ignores: ['collector/**', 'test/**'], rules: nowhere },
  { files: ['collector/**/*.ts'], rules: lateOnly },
  {
    files: ['src/core/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...clocks] },
  },
  // React's types are added to by their own name, a namespace
  {
    files: ['frameworks/jsx.ts'],
    rules: { '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off' },
  },
);
