import { randomInt } from 'node:crypto';

const adjectives =
  'amber brisk calm clear deft eager fair gentle keen lucid mellow nimble quiet swift vivid wise'.split(' ');
const nouns =
  'badger brook cedar comet falcon harbor heron lark maple meadow otter ridge river sparrow tide willow'.split(' ');

/** A name for a run that was given none, such as `brisk-otter-417`. */
export function randomRunName(): string {
  return `${adjectives[randomInt(adjectives.length)]}-${nouns[randomInt(nouns.length)]}-${randomInt(100, 1000)}`;
}
