import { type Attributes, writeExact } from '../../domains/traces/index.ts';
import type { JsonValue } from '../../kernel/json.ts';

const previewLength = 1000;

type Message = { role: string; content: JsonValue };

/** The beginning of a request or response as lists show it: of a chat the text of its last message of that role. */
export function previewOf(value: JsonValue | undefined, role: 'user' | 'assistant'): string | undefined {
  if (value === undefined || value === null) return undefined;
  const whole = typeof value === 'string' ? value : writeExact(value);
  const text = messageText(parsed(value), role) ?? whole;
  return text.length <= previewLength ? text : `${text.slice(0, previewLength - 3)}...`;
}

function parsed(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

function messageText(value: JsonValue, role: string): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const messages = messagesOf(value);
  if (messages === undefined || messages.length === 0) return undefined;
  const { content } = messages.findLast((message) => message.role === role) ?? messages.at(-1)!;
  if (typeof content === 'string') return content || undefined;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part) => {
    const text = part !== null && typeof part === 'object' && !Array.isArray(part) ? part['text'] : undefined;
    return typeof text === 'string' ? [text] : [];
  });
  return texts[0];
}

/** The messages of the chat formats in use: `messages`, `choices`, `input`, `output`, or any of them inside `request`. */
function messagesOf(value: Attributes): Message[] | undefined {
  for (const name of ['messages', 'input', 'output'] as const) {
    const list = value[name];
    if (Array.isArray(list)) return list.filter(isMessage);
  }
  const choices = value['choices'];
  const first = Array.isArray(choices) ? choices[0] : undefined;
  if (first !== null && typeof first === 'object' && !Array.isArray(first) && isMessage(first['message'])) {
    return [first['message']];
  }
  const inner = value['request'];
  return inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? messagesOf(inner) : undefined;
}

function isMessage(value: unknown): value is Message {
  return value !== null && typeof value === 'object' && 'role' in value && 'content' in value;
}
