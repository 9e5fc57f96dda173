/** What code needs beside the language itself; none of it leads to files, to the network or to other processes. */
const kept = new Set([
  ...['globalThis', 'AbortController', 'AbortSignal', 'Buffer', 'DOMException', 'TextDecoder', 'TextEncoder', 'URL'],
  ...['URLSearchParams', 'atob', 'btoa', 'clearImmediate', 'clearInterval', 'clearTimeout', 'crypto', 'performance'],
  ...['queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout', 'structuredClone'],
  // The language, as of ECMAScript 2026, without shared memory and WebAssembly.
  ...['AggregateError', 'Array', 'ArrayBuffer', 'AsyncDisposableStack', 'BigInt', 'BigInt64Array', 'BigUint64Array'],
  ...['Boolean', 'DataView', 'Date', 'DisposableStack', 'Error', 'EvalError', 'FinalizationRegistry', 'Float16Array'],
  ...['Float32Array', 'Float64Array', 'Function', 'Infinity', 'Int16Array', 'Int32Array', 'Int8Array', 'Intl'],
  ...['Iterator', 'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object', 'Promise', 'Proxy', 'RangeError'],
  ...['ReferenceError', 'Reflect', 'RegExp', 'Set', 'String', 'SuppressedError', 'Symbol', 'SyntaxError', 'Temporal'],
  ...['TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8Array', 'Uint8ClampedArray', 'WeakMap', 'WeakRef'],
  ...['WeakSet', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'eval', 'isFinite'],
  ...['isNaN', 'parseFloat', 'parseInt', 'undefined', 'unescape'],
]);

const words = ['debug', 'error', 'info', 'log', 'warn'] as const;

/**
 * Leaves this process with the language and a few harmless globals. What is not known to be harmless goes: `process`, the
 * streams of `console` and the hidden client of `Response` each lead to sockets.
 */
export function takeAway(): void {
  const entries = words.map((word) => [word, console[word].bind(console)] as const);
  for (const key of Reflect.ownKeys(globalThis)) {
    if (typeof key === 'symbol' ? key !== Symbol.toStringTag : !kept.has(key)) Reflect.deleteProperty(globalThis, key);
  }
  Object.assign(globalThis, { console: Object.freeze(Object.fromEntries(entries)) });
}
