import { mediaTypeOf } from '../../kernel/media-type.ts';

/** How a file is shown in a page. */
export interface Preview {
  type: string;
  headers: Record<string, string>;
}

const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'];
const styled = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:";
// The sandbox gives the document an origin of its own and no scripts; it loads nothing from anywhere.
const sandbox = {
  'content-security-policy': `sandbox; ${styled}; frame-ancestors 'self'`,
  'referrer-policy': 'no-referrer',
};
const nothing = { 'content-security-policy': "default-src 'none'; frame-ancestors 'self'" };

/**
 * How a file may be shown, by its name: text (also JSON, CSV and code) as plain text, pictures as they are, HTML and SVG in a
 * sandbox without scripts; nothing for any other.
 */
export function previewOf(path: string): Preview | undefined {
  const type = mediaTypeOf(path);
  if (type === 'text/plain') return { type: 'text/plain; charset=utf-8', headers: nothing };
  if (images.includes(type)) return { type, headers: nothing };
  if (type === 'text/html') return { type: 'text/html; charset=utf-8', headers: sandbox };
  if (type === 'image/svg+xml') return { type, headers: sandbox };
  return undefined;
}
