import { createDealer, type Dealer } from '../../support/fuzz.ts';
import type { TestTensor } from './clients.ts';
import type { Datatype, Value } from './datatypes.ts';

/** The seed of this run, which `TIDEMILL_FUZZ_SEED` chooses. Tests print it, so that a failure can be had again. */
export const seed = process.env['TIDEMILL_FUZZ_SEED'] ?? '20261121';

/** Makes random values, shapes and tensors; the same seed and subject make the same. */
export function createTensorMaker(subject: string) {
  const deal = createDealer(`${seed} ${subject}`);
  return {
    deal,
    /** Values of which about a third lie at the edges of their datatype. */
    values: (datatype: Datatype, count: number): Value[] =>
      Array.from({ length: count }, () => pickValue(datatype, deal)),
    /** A tensor of one to six dimensions, each of which may be 0; of at most a few hundred elements. */
    tensor(datatype: Datatype): TestTensor {
      const shape: number[] = [];
      for (let left = 300, rank = 1 + deal(6); rank > 0; rank--) {
        const size = deal(8) === 0 ? 0 : 1 + deal(Math.min(left, 7));
        shape.push(size);
        left = Math.max(1, Math.floor(left / Math.max(1, size)));
      }
      const count = shape.reduce((product, size) => product * size, 1);
      const values = Array.from({ length: count }, () => pickValue(datatype, deal));
      return { name: 'x', datatype: datatype.name, shape, values };
    },
  };
}

const texts = ['\ud800', 'a\udfffb', '😀', '\u{10ffff}', '\ufeffbom', 'e\u0301', '‮rtl', '\r\n\t', '"\\/'];

function pickValue(datatype: Datatype, deal: Dealer): Value {
  if (deal(3) === 0) return datatype.edges[deal(datatype.edges.length)]!;
  if (datatype.name === 'BYTES' && deal(3) === 0) return texts[deal(texts.length)]!;
  if (/^FP(32|64)$/.test(datatype.name) && deal(4) === 0) return subnormal(datatype, deal);
  return datatype.random(() => deal(256));
}

function subnormal(datatype: Datatype, deal: Dealer): number {
  const bytes = Buffer.alloc(8);
  const size = datatype.name === 'FP32' ? 4 : 8;
  for (let at = 0; at < size - 2; at++) bytes[at] = deal(256);
  // The exponent is zero; the sign is any.
  bytes[size - 1] = deal(2) === 0 ? 0 : 0x80;
  return datatype.read(bytes, 0)[0] as number;
}

/** What a value is once it has been sent: texts well-formed, 16-bit NaN in its one form. */
export function asSent({ name }: Datatype, values: readonly Value[]): Value[] {
  if (name === 'BYTES') return values.map((value) => String(value).toWellFormed());
  if (name !== 'FP16' && name !== 'BF16') return [...values];
  const [exponent, quiet] = name === 'FP16' ? [0x7c00, 0x7e00] : [0x7f80, 0x7fc0];
  return values.map((value) =>
    ((value as number) & 0x7fff) > exponent ? ((value as number) & 0x8000) | quiet : value,
  );
}
