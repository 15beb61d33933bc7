export { parsePhoneNumber, type ParsedPhoneNumber } from './phone-number.js';
