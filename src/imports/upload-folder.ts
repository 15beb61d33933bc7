import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** A folder for uploads that only this process's user can read (mode 0700): the files are lists of people. */
@Injectable()
export class UploadFolder implements OnModuleDestroy {
  private made?: Promise<string>;

  path(): Promise<string> {
    this.made ??= mkdtemp(join(tmpdir(), 'campaign-uploads-'));
    return this.made;
  }

  async onModuleDestroy(): Promise<void> {
    if (this.made) await rm(await this.made, { recursive: true, force: true });
  }
}
