import { checkPath } from '../../blobs/index.ts';

/** A path as it is stored, in NFC, or `invalid_path`. */
export function checkedPath(path: string): string {
  return checkPath(path.normalize('NFC')).join('/');
}
