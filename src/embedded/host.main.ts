/**
 * The process that owns the embedded services of one DATA_DIR. Started detached by the first client, it has a process
 * group of its own, so that Ctrl-C in an app's terminal does not reach it, and ends after its last client.
 * Usage: node host.main.js <DATA_DIR> [cache folder]
 */
import { Host } from './host.js';
import { note } from './note.js';
import { EXIT_NOT_NEEDED } from './protocol.js';

const [dataDir = '', cacheDir] = process.argv.slice(2);
const host = new Host(dataDir, cacheDir, () => process.exit(0));

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void host.end());
process.on('SIGHUP', () => undefined);
// A slip in the simulator must not take the database of ten processes down with it.
process.on('uncaughtException', (error) => note('uncaught', error));

if (await host.open()) note(`host ${process.pid} serves ${dataDir}`);
else process.exit(EXIT_NOT_NEEDED);
