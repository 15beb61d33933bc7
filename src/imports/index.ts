export { openCsv, type CsvFile, type CsvRow } from './csv-reader.js';
export type { TextEncoding } from './csv-text.js';
