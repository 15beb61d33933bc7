/** A refusal in Twilio's own words and shape. */
export class CarrierError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }

  get body(): { code: number; message: string; more_info: string; status: number } {
    const more_info = `https://www.twilio.com/docs/errors/${this.code}`;
    return { code: this.code, message: this.message, more_info, status: this.status };
  }
}

/** Status and words for each code (https://www.twilio.com/docs/api/errors); `$` stands for what was sent. */
const REFUSALS: Readonly<Record<number, readonly [status: number, message: string]>> = {
  20001: [400, 'Invalid parameter: $'],
  20003: [401, 'Authenticate'],
  20004: [405, 'Method not allowed'],
  20404: [404, 'The requested resource $ was not found'],
  20413: [413, 'Request body too large'],
  20429: [429, 'Too Many Requests'],
  20500: [500, 'An internal server error has occurred'],
  20503: [503, 'Service Unavailable'],
  21201: [400, "No 'To' number is specified"],
  21205: [400, 'Url parameter is required, and must be a valid URL: $'],
  21210: [400, 'The source phone number provided, $, is not yet verified for your account.'],
  21211: [400, 'The phone number you are attempting to call, $, is not valid.'],
  21212: [400, "The 'From' number $ is not a valid phone number."],
  21213: [400, "No 'From' number is specified"],
  21214: [400, 'The phone number you are attempting to call, $, cannot be reached.'],
  21215: [
    400,
    'Your account is not authorized to call $. Perhaps you need to enable some international permissions.',
  ],
  21216: [400, 'Account not allowed to call $'],
  21217: [400, 'Phone number $ does not appear to be valid.'],
  21219: [400, 'The number $ is unverified. Trial accounts may only make calls to verified numbers.'],
  21220: [400, 'Call is not in-progress. Cannot redirect.'],
  21609: [400, "The 'StatusCallback' URL $ is not a valid URL."],
  21626: [400, 'Invalid StatusCallbackEvents: $'],
};

export const isKnownRefusal = (code: number): boolean => code in REFUSALS;

/** The error for a code of Twilio's; `subject` is the number, URL or parameter it is about. */
export function refusal(code: number, subject = ''): CarrierError {
  const [status, message] = REFUSALS[code] ?? [400, `Error ${code}: $`];
  return new CarrierError(
    status,
    code,
    message.replace('$', () => subject),
  );
}
