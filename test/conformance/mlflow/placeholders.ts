import type { JsonValue } from '../../../src/kernel/json.ts';
import { shorten } from './recording.ts';

const patterns = {
  id: /(?<![0-9a-z-])(?:[a-z]{1,2}-)?[0-9a-f]{32}(?![0-9a-z-])|(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/g,
  time: /(?<![0-9.])1[6-9]\d{11}(?![0-9])/g,
  iso: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g,
};
const kinds: Record<string, string> = { 'm-': 'model', 'tr-': 'trace', 'd-': 'dataset', 'a-': 'assessment' };
/** Fields whose whole value is made by the server and means nothing to others. */
const opaqueFields = new Set(['next_page_token', 'upload_id']);

/** What of a recording differs from server to server, named in order of appearance. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** What the client said first is said again when it is replayed. */
  readonly #said = new Set<string>();

  /** Gives a value a name from the start. */
  bind(value: string, name: string): void {
    this.#names.set(value, name);
  }

  /** Gives a value a numbered name of a kind, unless it has one or the client said it first. */
  name(value: string, kind: string): void {
    if (value === '' || this.#names.has(value) || this.#said.has(value)) return;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#names.set(value, `${kind}-${count}`);
  }

  /** The named values that stand in bytes, by their names. */
  namesIn(bytes: Buffer): Record<string, string> {
    const found = [...this.#names].filter(([value]) => value.length >= 16 && bytes.includes(value));
    return Object.fromEntries(found.map(([value, name]) => [name, value]));
  }

  /** A text of the client's: what it has been told is named, what it says first is kept. */
  said(text: string): string {
    const named = this.#replace(text);
    for (const pattern of Object.values(patterns)) {
      for (const [found] of named.matchAll(pattern)) this.#said.add(found);
    }
    return named;
  }

  saidJson(value: JsonValue): JsonValue {
    return this.#walk(
      value,
      (text) => {
        const named = this.said(text);
        this.#said.add(named);
        return named;
      },
      (number) => {
        this.#said.add(String(number));
        return number;
      },
    );
  }

  /** A text of the server's: what it says first is named, or told loosely where it is a time. */
  told(text: string, field = ''): string {
    if (opaqueFields.has(field)) this.name(text, field.replace('next_', '').replaceAll('_', '-'));
    if (field === 'digest') this.name(text, 'digest');
    const ticket = /[?&]ticket=([^&]+)/.exec(text)?.[1];
    if (ticket) this.name(ticket, 'ticket');
    if (field === 'run_name' || field === 'mlflow.runName') this.#nameRun(text);
    for (const [found] of text.matchAll(patterns.id)) this.name(found, this.#kindOf(found, field));
    return this.#replace(text)
      .replace(patterns.iso, (found) => (this.#said.has(found) ? found : '<<iso-time>>'))
      .replace(patterns.time, (found) => (this.#said.has(found) ? found : '<<time>>'));
  }

  toldJson(value: JsonValue): JsonValue {
    const number = (one: number | bigint): JsonValue => {
      const isTime = String(one).match(/^1[6-9]\d{11}$/) && !this.#said.has(String(one));
      return isTime ? '<<time>>' : one;
    };
    return this.#walk(value, (text, field) => this.told(text, field), number);
  }

  #nameRun(text: string): void {
    if (/^[a-z]+-[a-z]+-\d{1,4}$/.test(text)) this.name(text, 'name');
  }

  #kindOf(id: string, field: string): string {
    const prefix = /^[a-z]{1,2}-(?=[0-9a-f]{32}$)/.exec(id)?.[0];
    if (prefix) return kinds[prefix] ?? 'id';
    if (!id.includes('-')) return 'run';
    const stem = /^([a-z_]+?)_ids?$/.exec(field)?.[1]?.replaceAll('_', '-');
    return stem ?? 'id';
  }

  #replace(text: string): string {
    let named = text;
    for (const [value, name] of this.#names) {
      for (const form of new Set([value, encodeURIComponent(value)])) named = named.replaceAll(form, `<<${name}>>`);
    }
    return shorten(named);
  }

  #walk(
    value: JsonValue,
    text: (one: string, field: string) => string,
    number: (one: number | bigint) => JsonValue,
    field = '',
  ): JsonValue {
    if (typeof value === 'string') return text(value, field);
    if (typeof value === 'number' || typeof value === 'bigint') return number(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, text, number, field));
    // A tag's value is of the kind that its key says.
    const key = typeof value['key'] === 'string' && 'value' in value ? (value['key'] as string) : undefined;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        text(name, ''),
        this.#walk(item, text, number, name === 'value' && key ? key : name),
      ]),
    );
  }
}
