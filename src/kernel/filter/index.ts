export {
  attributeKind,
  attributePrefixes,
  type Comparator,
  type Comparison,
  type Field,
  type FieldType,
  type Filter,
  isNumeric,
  type OrderTerm,
  type Vocabulary,
} from './filter.ts';
export { compileRegular } from './match-regular.ts';
export { parseFilter, parseOrder } from './parse.ts';
export { printFilter } from './print.ts';
export { printRegular, readRegular } from './regular.ts';
