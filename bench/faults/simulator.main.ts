import { startSimulator } from '../../src/simulator/index.js';

/** The carrier as a process of its own; its address is the one line it prints. Usage: <account sid> <token> <seed> */
const [accountSid = '', authToken = '', seed = '1'] = process.argv.slice(2);
const simulator = await startSimulator({ accountSid, authToken, seed: Number(seed) });
console.log(simulator.url);
