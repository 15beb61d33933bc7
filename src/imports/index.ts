export { columnName, columnsOf } from './csv-columns.js';
export { openCsv, type CsvFile, type CsvRow } from './csv-reader.js';
export type { TextEncoding } from './csv-text.js';
export { FileUploadInterceptor, receivedFile, type FileRequest } from './file-upload.interceptor.js';
export { inSlices } from './in-slices.js';
export { ReceivedFile } from './received-file.js';
export { Turns } from './turns.js';
