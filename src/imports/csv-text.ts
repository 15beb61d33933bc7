import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { ruleError, type DomainError } from '../common/index.js';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** As many bytes as tell UTF-16 without a byte order mark. */
const HEAD = 4;
/** A character of UTF-8 is no longer. */
const LONGEST_CHARACTER = 4;
/** Bytes that Windows-1252 does not have: such a file is in another encoding, and reading it so would spoil its names. */
const NOT_WINDOWS = /[\u0081\u008d\u008f\u0090\u009d]/;
const ADVICE = 'Save the sheet as "CSV UTF-8" and upload that file';

/**
 * The bytes of a text file as text, read once. UTF-8, with or without a byte order mark; UTF-16, also without one
 * where its first characters are Latin; else Windows-1252, which holds Latin-1: the first character beyond ASCII tells.
 * The mark itself is left out.
 */
export class TextFile {
  private found: TextEncoding = 'utf-8';

  /** @param source its pieces need to be valid only until the next is asked for */
  constructor(private readonly source: AsyncIterable<Uint8Array>) {}

  /** Certain once all is read. */
  get encoding(): TextEncoding {
    return this.found;
  }

  /** @throws DomainError `FILE_EMPTY`, `FILE_NOT_TEXT` (NUL bytes), `FILE_NOT_UTF8` (in none of the encodings) */
  async *read(): AsyncGenerator<string> {
    let isBlank = true;
    for await (const text of this.decoded()) {
      if (text.includes('\0')) throw notText();
      isBlank &&= text.trim() === '';
      yield text;
    }
    if (isBlank) throw ruleError('FILE_EMPTY', 'The file is empty');
  }

  private async *decoded(): AsyncGenerator<string> {
    let decoder: TextDecoder | undefined;
    let held: Buffer = Buffer.alloc(0);
    for await (const chunk of this.source) {
      const bytes = joined(held, chunk);
      held = Buffer.alloc(0);
      decoder ??= bytes.length < HEAD ? undefined : this.decoderFor(bytes, false);
      if (decoder) yield decode(decoder, bytes);
      else {
        // Plain ASCII is the same in UTF-8 and Windows-1252; what may be half a character waits for its rest.
        const end = bytes.length < HEAD ? 0 : plainEnd(bytes);
        yield bytes.toString('latin1', 0, end);
        // A copy: the source may use its buffer again.
        held = Buffer.from(bytes.subarray(end));
      }
    }
    decoder ??= this.decoderFor(held, true) ?? this.decoder('utf-8');
    yield decode(decoder, held) + decode(decoder);
  }

  /** Undefined while everything may still be in one encoding or another. */
  private decoderFor(bytes: Buffer, isAll: boolean): TextDecoder | undefined {
    const utf16 = utf16Of(bytes);
    if (utf16) return this.decoder(utf16);
    const start = plainEnd(bytes);
    const isUndecided = start > bytes.length - LONGEST_CHARACTER && !isAll;
    if (isUndecided || start === bytes.length) return undefined;
    return this.decoder(isUtf8Character(bytes, start) ? 'utf-8' : 'windows-1252');
  }

  private decoder(encoding: TextEncoding): TextDecoder {
    this.found = encoding;
    return new TextDecoder(encoding, { fatal: true });
  }
}

function joined(held: Buffer, { buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  const chunk = Buffer.from(buffer, byteOffset, byteLength);
  return held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
}

function utf16Of(head: Uint8Array): TextEncoding | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && fourth === 0 && first && third) return 'utf-16le';
  return first === 0 && third === 0 && second && fourth ? 'utf-16be' : undefined;
}

/** Where the bytes begin that are not plain ASCII. */
function plainEnd(bytes: Buffer): number {
  return isAscii(bytes) ? bytes.length : bytes.findIndex((byte) => byte > 127);
}

/** In Latin-1 a character beyond ASCII is hardly ever followed by those that would make it one of UTF-8. */
function isUtf8Character(bytes: Buffer, start: number): boolean {
  return [2, 3, 4].some(
    (length) => start + length <= bytes.length && isUtf8(bytes.subarray(start, start + length)),
  );
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  if (decoder.encoding === 'utf-8' && bytes?.includes(0)) throw notText();
  let text: string;
  try {
    text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw notReadable();
    throw error;
  }
  if (decoder.encoding === 'windows-1252' && NOT_WINDOWS.test(text)) throw notReadable();
  return text;
}

function notReadable(): DomainError {
  return ruleError('FILE_NOT_UTF8', 'The file is not UTF-8 text', ADVICE);
}

function notText(): DomainError {
  return ruleError('FILE_NOT_TEXT', 'The file is not text', ADVICE);
}
