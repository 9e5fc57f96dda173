const text = [
  ...[
    'txt',
    'log',
    'err',
    'cfg',
    'conf',
    'cnf',
    'cf',
    'ini',
    'properties',
    'prop',
    'hocon',
    'toml',
    'yaml',
    'yml',
    'xml',
  ],
  ...[
    'json',
    'jsonl',
    'js',
    'py',
    'py3',
    'csv',
    'tsv',
    'md',
    'rst',
    'ipynb',
    'sh',
    'sql',
    'r',
    'ts',
    'MLmodel',
    'MLproject',
  ],
];
const others: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  html: 'text/html',
  htm: 'text/html',
  pdf: 'application/pdf',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  mp3: 'audio/mpeg',
  wav: 'audio/x-wav',
  mp4: 'video/mp4',
};
const types = new Map([...text.map((extension) => [extension, 'text/plain'] as const), ...Object.entries(others)]);

/** The media type of a file by its name; bytes where it says nothing. Never what an uploader claimed. */
export function mediaTypeOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  const extension = dot > 0 ? base.slice(dot + 1) : base;
  return types.get(extension) ?? types.get(extension.toLowerCase()) ?? 'application/octet-stream';
}
