import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../config/index.js';
import { apiDataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { Lease } from './lease.entity.js';
import { Leases } from './lease.repository.js';
import { Workspace } from './workspace.entity.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        ...apiDataSourceOptions(config.DATABASE_URL ?? '', config.DATABASE_POOL_SIZE),
        autoLoadEntities: true,
        retryAttempts: 2,
        retryDelay: 500,
      }),
    }),
    TypeOrmModule.forFeature([Lease, Workspace]),
  ],
  providers: [Database, Leases],
  exports: [Database, Leases],
})
export class DatabaseModule {}
