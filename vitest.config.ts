import { defineConfig } from 'vitest/config';

/** Vitest compiles with oxc; these options make it emit the decorator metadata Nest and TypeORM read. */
export default defineConfig({
  oxc: {
    target: 'es2022',
    decorator: { legacy: true, emitDecoratorMetadata: true },
    assumptions: { setPublicClassFields: true },
    typescript: { removeClassFieldsWithoutInitializer: true },
  },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts', 'bench/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/set-up-file.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // What a file imports is read once a worker: Nest, TypeORM and the SDK take 4 s. No file may leave anything behind.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
