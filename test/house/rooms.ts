/** On which floor each domain lives; a domain may import only the faces of domains on lower floors. */
export const floors: Record<string, number> = {
  identity: 0,
  audit: 0,
  data: 0,
  pipelines: 0,
  tracking: 0,
  notify: 0,
  features: 1,
  registry: 1,
  evaluation: 1,
  'logged-models': 1,
  traces: 1,
  folders: 1,
  'eval-datasets': 1,
  training: 2,
  serving: 2,
  monitoring: 3,
  governance: 3,
  insights: 4,
  fleet: 4,
  projects: 4,
};

/** What the folders under `src` that are not domains or protocols may import, beside themselves. */
const foundations: Record<string, readonly string[]> = {
  kernel: [],
  'settings.ts': ['kernel'],
  database: ['kernel'],
  ledger: ['kernel', 'database'],
  blobs: ['kernel'],
  engine: ['kernel'],
  onnx: ['kernel'],
  http: ['kernel'],
};

const foundationNames = Object.keys(foundations).filter((name) => name !== 'settings.ts');

/** The room of a file under `src`: a foundation, `domains/x`, `protocols/p`, `app` or `cli`. */
export function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'domains' || first === 'protocols' ? `${first}/${second}` : first;
}

/** Why a file under `src` may not import another, or nothing when it may. */
export function whyNot(from: string, to: string): string | undefined {
  const [here, there] = [roomOf(from), roomOf(to)];
  const isTest = /\.(test|contract)\.ts$/.test(from);
  if (here === there || isTest) return undefined;
  if (to.startsWith('sdk/')) return here === 'cli' ? undefined : 'only cli and web use the sdk';
  if (!to.startsWith('src/')) return 'sources import sources only';
  if (here === 'app' || here === 'app.ts') return there === 'cli' ? 'app knows nothing of cli' : undefined;
  if (here === 'cli') {
    return ['app', 'app.ts', 'settings.ts', 'kernel'].includes(there)
      ? undefined
      : 'cli speaks to the server through the sdk';
  }
  if (here.startsWith('domains/')) return whyNotDomain(from, to);
  if (here.startsWith('protocols/')) return whyNotProtocol(there, to);
  return foundations[here]?.includes(there) ? undefined : `${here} may not import ${there}`;
}

function whyNotDomain(from: string, to: string): string | undefined {
  const there = roomOf(to);
  if (there === 'http') return from.endsWith('routes.ts') ? undefined : 'domains use http from routes.ts alone';
  if (foundationNames.includes(there)) return undefined;
  if (!there.startsWith('domains/')) return `a domain may not import ${there}`;
  if (!to.endsWith('/index.ts')) return 'another domain is entered by its index.ts';
  const [own, other] = [from.split('/')[2]!, to.split('/')[2]!];
  return floors[other]! < floors[own]! ? undefined : `${other} is not on a lower floor than ${own}`;
}

function whyNotProtocol(there: string, to: string): string | undefined {
  if (there === 'kernel' || there === 'http') return undefined;
  if (there.startsWith('domains/')) return to.endsWith('/index.ts') ? undefined : 'a domain is entered by its index.ts';
  return `a protocol may not import ${there}`;
}
