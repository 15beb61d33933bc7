import { WinstonModule } from 'nest-winston';
import { format, transports } from 'winston';
import type { LoggerService } from '@nestjs/common';
import { currentScope } from '../common/index.js';
import type { AppConfig } from '../config/index.js';
import { redactor } from './redact.js';

type Line = Record<string | symbol, unknown>;

/** Where winston keeps the finished text of a line. */
const TEXT = Symbol.for('message');
const TIME = 'HH:mm:ss.SSS';
/** Nest's own start-up chatter, some hundred lines: only errors and warnings of these are news. */
const CHATTY = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/** The process's logger: one line per event on stdout, with the request's id, numbers and secrets hidden. */
export function createLogger(config: AppConfig): LoggerService {
  const shape =
    config.LOG_FORMAT === 'json'
      ? [format.timestamp(), format.json()]
      : [format.timestamp({ format: TIME }), pretty()];
  const redact = redactor(config);
  const redacted = format((line: Line) => {
    const words = line[TEXT];
    if (typeof words === 'string') line[TEXT] = redact(words);
    return line as typeof line & { level: string; message: string };
  });
  return WinstonModule.createLogger({
    level: config.LOG_LEVEL,
    format: format.combine(withoutChatter(), withRequestId(), withoutEmptyStack(), ...shape, redacted()),
    transports: [new transports.Console()],
  });
}

const withoutChatter = format((line) => (line.level === 'info' && isChatty(line.context) ? false : line));

const withRequestId = format((line) => {
  const requestId = currentScope()?.requestId;
  return requestId === undefined ? line : Object.assign(line, { requestId });
});

/** nest-winston sends `stack: [undefined]` with an error that has none. */
const withoutEmptyStack = format((line: Line) => {
  const stack = Array.isArray(line.stack) ? line.stack.filter(Boolean).join('\n') : line.stack;
  if (stack) line.stack = stack;
  else delete line.stack;
  return line as typeof line & { level: string; message: string };
});

function pretty(): ReturnType<typeof format.printf> {
  return format.printf((line) => {
    const words = [
      text(line.timestamp),
      line.level.padEnd(5),
      around('[', line.context, ']'),
      text(line.message),
    ];
    const request = around('(', line.requestId, ')');
    const shown = [...words, request].filter((word) => word !== '').join(' ');
    return line.stack === undefined ? shown : `${shown}\n${text(line.stack)}`;
  });
}

function isChatty(context: unknown): boolean {
  return typeof context === 'string' && CHATTY.has(context);
}

function around(open: string, value: unknown, close: string): string {
  return value === undefined ? '' : `${open}${text(value)}${close}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
