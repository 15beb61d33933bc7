import { afterAll, afterEach } from 'vitest';
import { refuseFaults } from './answers.js';

// Of every spec file: an answer that is not as the OpenAPI document says fails the test that got it.
afterEach(refuseFaults);
afterAll(refuseFaults);
