import { TextDecoder } from 'node:util';
import { ruleError, type DomainError } from '../common/index.js';

const UTF16_LE = [0xff, 0xfe];
const UTF16_BE = [0xfe, 0xff];
/** As many bytes as the longest byte order mark. */
const BOM_LENGTH = 3;
const ADVICE = 'Save the sheet as "CSV UTF-8" and upload that file';

/**
 * Bytes of a text file as text: UTF-8, with or without a byte order mark, or UTF-16 with one (Excel's "Unicode text").
 * The mark itself is left out.
 * @throws DomainError `FILE_EMPTY`, `FILE_NOT_TEXT` (NUL bytes), `FILE_NOT_UTF8`
 */
export async function* readText(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let isBlank = true;
  for await (const bytes of withWholeMark(source)) {
    decoder ??= decoderFor(bytes);
    const text = decode(decoder, bytes);
    isBlank &&= text.trim() === '';
    yield text;
  }
  const rest = decoder ? decode(decoder) : '';
  if (isBlank && rest.trim() === '') throw ruleError('FILE_EMPTY', 'The file is empty');
  yield rest;
}

/** Joins the first chunks until a byte order mark would be whole. */
async function* withWholeMark(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of source) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < BOM_LENGTH) continue;
    yield head;
    head = undefined;
  }
  if (head) yield head;
}

function decoderFor(head: Uint8Array): TextDecoder {
  const starts = (mark: number[]) => mark.every((byte, i) => head[i] === byte);
  if (starts(UTF16_LE)) return new TextDecoder('utf-16le', { fatal: true });
  if (starts(UTF16_BE)) return new TextDecoder('utf-16be', { fatal: true });
  return new TextDecoder('utf-8', { fatal: true });
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  if (decoder.encoding === 'utf-8' && bytes?.includes(0)) throw notText();
  try {
    const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    if (text.includes('\0')) throw notText();
    return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw ruleError('FILE_NOT_UTF8', 'The file is not UTF-8 text', ADVICE);
  }
}

function notText(): DomainError {
  return ruleError('FILE_NOT_TEXT', 'The file is not text', ADVICE);
}
