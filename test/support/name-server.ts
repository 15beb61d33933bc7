import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

const TYPES = new Map([
  [1, 'ipv4'],
  [28, 'ipv6'],
]);
const HEADER_BYTES = 12;
/** A response that is authoritative, recursion available, no error (RFC 1035, section 4.1.1). */
const FLAGS = 0x8580;
const POINTER_TO_QUESTION = 0xc00c;

export interface NameServer {
  /** For `WEBHOOKS_DNS_SERVERS`. */
  address: string;
  /** What each name leads to, asked at each question; a name that is not there leads nowhere. */
  names: Map<string, () => string[]>;
  /** Names asked for their IPv4 addresses, in the order of the questions. */
  asked: string[];
  close(): Promise<void>;
}

/** A real name server on loopback that says what a test wants it to say, and each time anew. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  const names = new Map<string, () => string[]>();
  const asked: string[] = [];
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = questionOf(query);
    if (type === 1) asked.push(name);
    const addresses = (names.get(name)?.() ?? []).map((text) => ipaddr.parse(text));
    const matching = addresses.filter((address) => address.kind() === TYPES.get(type));
    const answers = matching.map((address) => recordOf(type, Buffer.from(address.toByteArray())));
    socket.send(answerTo(query.subarray(0, end), answers), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    names,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** With a time to live of 0: nobody may keep it. */
function recordOf(type: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(POINTER_TO_QUESTION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}

function answerTo(question: Buffer, answers: Buffer[]): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(FLAGS, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answers.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...answers]);
}
