export { openCsv, type CsvFile, type CsvRow } from './csv-reader.js';
export { CsvUploadInterceptor } from './csv-upload.interceptor.js';
export { inSlices } from './in-slices.js';
export { Turns } from './turns.js';
export { UploadFolder } from './upload-folder.js';
