import type { PickleGlobal } from './pickle.ts';

/** How bad a finding is: `suspicious` is what nobody vouches for, `dangerous` what runs code or reaches out. */
export type ScanLevel = 'suspicious' | 'dangerous';

/** Packages whose classes hold numbers and text, and call nothing when they are loaded. */
const packages = new Set([
  'numpy',
  'pandas',
  'scipy',
  'sklearn',
  'xgboost',
  'lightgbm',
  'catboost',
  'torch',
  'statsmodels',
]);
/** Parts of those packages that load files, start compilers or run texts. */
const badParts =
  /(^|\.)(_?testing|tests?|conftest|f2py|_?distutils|io|npyio|_?datasource|_?externals|ctypeslib|exec_command|hub|jit|package|serialization|datasets|weave|lib|computation|cpp_extension|inductor|_inductor|_dynamo|multiprocessing|distributed)(\.|$)/;
const className = /^_?[A-Z]\w*$/;
/** Functions that put arrays, frames, trees and tensors together again. */
const builders =
  /^(_reconstruct|_mareconstruct|scalar|_frombuffer|ndarray|dtype|__randomstate_ctor|__bit_generator_ctor|__generator_ctor|__pyx_unpickle_\w+|_unpickle_block|_new_Index|new_block|_rebuild_(tensor|tensor_v2|parameter|qtensor)|device|(u?int|float|complex|bool|str|bytes|object|void)\d*_?|c[sb][rc]_(matrix|array)|(coo|dia|dok|lil)_(matrix|array)|newbyteorder)$/;
/** Mathematics that transformers are given to apply. */
const mathematics =
  /^(log|log2|log10|log1p|exp|exp2|expm1|sqrt|cbrt|square|abs|absolute|sin|cos|tanh?|arctan|sign|mean|median|sum|min|max|std|var|ravel|identity)$/;

const plain: Record<string, readonly string[]> = {
  builtins: [
    ...['set', 'frozenset', 'list', 'dict', 'tuple', 'slice', 'range', 'complex', 'bytearray', 'bytes', 'int', 'float'],
    ...['bool', 'str', 'object', 'Ellipsis', 'NotImplemented', 'long', 'unicode', 'xrange'],
  ],
  copyreg: ['_reconstructor', '__newobj__', '__newobj_ex__'],
  _codecs: ['encode'],
  collections: ['OrderedDict', 'defaultdict', 'Counter', 'deque'],
  datetime: ['datetime', 'date', 'time', 'timedelta', 'timezone'],
  decimal: ['Decimal'],
  fractions: ['Fraction'],
  uuid: ['UUID'],
  'joblib.numpy_pickle': ['NumpyArrayWrapper'],
  'pyarrow.lib': ['_restore_array', 'type_for_alias', 'py_buffer'],
};
const oldNames: Record<string, string> = { __builtin__: 'builtins', copy_reg: 'copyreg' };

/** Modules that reach the machine, the network, other code, or build functions out of texts. */
const reaching = new Set([
  ...[
    'os',
    'posix',
    'nt',
    'sys',
    'subprocess',
    'commands',
    'pty',
    'shutil',
    'socket',
    'ssl',
    'select',
    'signal',
    'platform',
  ],
  ...[
    'importlib',
    'imp',
    'runpy',
    'code',
    'codeop',
    'ctypes',
    '_ctypes',
    'cffi',
    'marshal',
    'zipimport',
    'pkgutil',
    'pip',
  ],
  ...[
    'pickle',
    '_pickle',
    'cPickle',
    'dill',
    'cloudpickle',
    'shelve',
    'joblib',
    'types',
    'new',
    'operator',
    '_operator',
  ],
  ...[
    'functools',
    '_functools',
    'inspect',
    'gc',
    'atexit',
    'threading',
    '_thread',
    'multiprocessing',
    'asyncio',
    'concurrent',
  ],
  ...[
    'io',
    '_io',
    'tempfile',
    'glob',
    'fileinput',
    'linecache',
    'pathlib',
    'webbrowser',
    'pydoc',
    'doctest',
    'unittest',
  ],
  ...[
    'timeit',
    'bdb',
    'pdb',
    'trace',
    'profile',
    'cProfile',
    'idlelib',
    'lib2to3',
    'test',
    'venv',
    'ensurepip',
    'distutils',
  ],
  ...[
    'setuptools',
    'site',
    'sysconfig',
    'urllib',
    'urllib2',
    'http',
    'httplib',
    'requests',
    'httpx',
    'aiohttp',
    'ftplib',
  ],
  ...[
    'smtplib',
    'imaplib',
    'poplib',
    'telnetlib',
    'xmlrpc',
    'logging',
    'builtins',
    'sqlite3',
    'ast',
    'compileall',
    'numexpr',
  ],
  ...['__main__'],
]);

/** What is to be said of a name that a pickle imports; undefined when it is harmless. */
export function judgeGlobal({ module: given, name }: PickleGlobal): ScanLevel | undefined {
  const module = oldNames[given] ?? given;
  const root = module.split('.')[0]!;
  if (Object.hasOwn(plain, module) && plain[module]!.includes(name)) return undefined;
  if (reaching.has(root)) return 'dangerous';
  if (packages.has(root) && badParts.test(module)) return 'dangerous';
  // `Name.method` reaches past a class that is allowed into what hangs on it.
  if (!packages.has(root) || name.includes('.')) return 'suspicious';
  if (builders.test(name) || className.test(name)) return undefined;
  if (root === 'numpy' && mathematics.test(name)) return undefined;
  if (/^sklearn\.(metrics|feature_selection)\b/.test(module) && /^[a-z][a-z0-9_]*$/.test(name)) return undefined;
  return /^(load|loads|eval|exec|query|read_\w+|runstring|fromfile|memmap|compile|system|open)$/.test(name)
    ? 'dangerous'
    : 'suspicious';
}
