import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';

/** Bytes read at a time where nothing else is asked for. */
const PIECE = 64 * 1024;

/**
 * A file that a client sent, on disk and without a name: it is taken out of its folder (mode 0700) as soon as it is
 * open, so nobody else can open it, and the system frees it when this process closes it or ends, however it ends.
 */
export class ReceivedFile {
  private constructor(
    private readonly handle: FileHandle,
    /** As the client named it: to be shown, never to be opened. */
    readonly name: string,
  ) {}

  /** Writes all of `source` down. @throws what `source` does, and when `signal` aborts; nothing is left then */
  static async receive(source: Readable, name: string, signal: AbortSignal): Promise<ReceivedFile> {
    const pieces: AsyncIterable<Buffer> = addAbortSignal(signal, source);
    const handle = await openUnnamed();
    try {
      for await (const bytes of pieces) await handle.appendFile(bytes);
      return new ReceivedFile(handle, name);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  /** From its beginning, as often as wanted; each piece is valid until the next is asked for. */
  async *read(piece = PIECE): AsyncGenerator<Buffer> {
    // One for all: a new one for each would wait to be collected.
    const buffer = Buffer.allocUnsafe(piece);
    let position = 0;
    for (;;) {
      const { bytesRead } = await this.handle.read(buffer, 0, piece, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

async function openUnnamed(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-upload-'));
  try {
    return await open(join(folder, 'file'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
