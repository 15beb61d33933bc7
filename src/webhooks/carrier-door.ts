import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isId, notFound } from '../common/index.js';
import { answerError } from '../common/http/index.js';
import { CALL_CALLBACKS_PATH, parseCallback } from '../telephony/index.js';
import { CallAnswers } from './call-answers.js';
import { CarrierSignature } from './carrier-signature.js';
import { readForm } from './form-body.js';

const ROUTE = new RegExp(`^/${CALL_CALLBACKS_PATH}/(?<call>[^/?]+)/(?<what>status|twiml|keys)/?(?:\\?|$)`);

/** What a request of the carrier is answered; no text: 204. */
interface Answer {
  status: number;
  text?: string;
}

/**
 * The carrier's requests, answered before Express and Nest see them: five a call, each a few bytes, and middleware, router
 * and guards cost more than the rest of them. What is refused is refused in the same envelope as everywhere. Not for people:
 * left out of the API's documents and limits.
 */
@Injectable()
export class CarrierDoor {
  constructor(
    private readonly signature: CarrierSignature,
    private readonly answers: CallAnswers,
  ) {}

  /** Answers a request of the carrier's. @returns false: it is none */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'POST') return false;
    const { call, what } = ROUTE.exec(request.url ?? '')?.groups ?? {};
    if (call === undefined) return false;
    this.answer(request, call, what).then(
      ({ status, text }) => {
        if (text !== undefined) response.setHeader('Content-Type', 'text/xml; charset=utf-8');
        response.writeHead(status).end(text);
      },
      (error: unknown) => {
        // Nobody is there to be answered, and nothing is wrong here that a log should tell.
        if (request.destroyed && !request.complete) return;
        // The rest of a body nobody reads must not be taken for the next request.
        if (!request.complete && !response.headersSent) response.setHeader('Connection', 'close');
        answerError(error, response);
      },
    );
    return true;
  }

  private async answer(request: IncomingMessage, callId: string, what = 'status'): Promise<Answer> {
    const parameters = parseCallback(await readForm(request));
    this.signature.check(request, parameters);
    if (!isId(callId)) throw notFound('Call');
    if (what === 'twiml') return { status: 200, text: await this.answers.twiml(callId) };
    if (what === 'keys') {
      return { status: 200, text: await this.answers.key(callId, request.url ?? '', parameters) };
    }
    await this.answers.status(callId, parameters);
    return { status: 204 };
  }
}
