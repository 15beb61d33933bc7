/** TwiML that Twilio would not run, with Twilio's error code. */
export class TwimlError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Verb {
  name: string;
  attributes: ReadonlyMap<string, string>;
  /** All the words inside, however deep. */
  text: string;
  /** What is nested directly in it: `<Say>` and `<Pause>` in a `<Gather>`. */
  nested: Verb[];
}

const TOKEN =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[(?<cdata>[^]*?)\]\]>|<(?<end>\/?)(?<name>[A-Za-z_][\w:.-]*)(?<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y;
const ATTRIBUTE = /(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The verbs directly under `<Response>`, with what is nested in them.
 * @throws TwimlError 12100 if it is not well-formed XML, 12200 if it is no `<Response>`
 */
export function parseTwiml(xml: string): Verb[] {
  const verbs: Verb[] = [];
  const open: string[] = [];
  let hasRoot = false;
  for (const token of tokens(xml.replace(/^\uFEFF/, '').trim())) {
    const { cdata, end, name, attributes = '', empty, text } = token;
    if (name === undefined) {
      const words = cdata ?? decode(text ?? '');
      const verb = open.length > 1 ? verbs.at(-1) : undefined;
      const inner = open.length > 2 ? verb?.nested.at(-1) : undefined;
      if (inner) inner.text += words;
      if (verb) verb.text += words;
      else if (open.length === 0 && words.trim()) throw malformed('text outside the root element');
    } else if (end) {
      if (open.pop() !== name) throw malformed(`</${name}> closes nothing`);
    } else {
      if (open.length === 0 && hasRoot) throw malformed('more than one root element');
      if (open.length === 0 && name !== 'Response') throw new TwimlError(12200, `<${name}> is no <Response>`);
      hasRoot = true;
      const level = open.length === 1 ? verbs : open.length === 2 ? verbs.at(-1)?.nested : undefined;
      level?.push({ name, attributes: attributesOf(attributes), text: '', nested: [] });
      if (!empty) open.push(name);
    }
  }
  if (!hasRoot || open.length > 0) throw malformed('the document ends too early');
  return verbs;
}

function* tokens(xml: string): Generator<Record<string, string | undefined>> {
  let at = 0;
  while (at < xml.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(xml);
    if (!match) throw malformed(`unreadable at character ${at}`);
    at = TOKEN.lastIndex;
    const groups = match.groups ?? {};
    if (groups.name !== undefined || groups.text !== undefined || groups.cdata !== undefined) yield groups;
  }
}

const malformed = (why: string): TwimlError => new TwimlError(12100, `Document parse failure: ${why}`);

const attributesOf = (source: string): Map<string, string> =>
  new Map(
    [...source.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      name,
      decode(double ?? single ?? ''),
    ]),
  );

const decode = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    return ENTITIES[String(name)] ?? whole;
  });
