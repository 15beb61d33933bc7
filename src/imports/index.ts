export { openCsv, type CsvFile, type CsvRow } from './csv-reader.js';
