import { z } from 'zod';

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A duration: `500ms`, `30s`, `10m`, `2h`, `7d`, or a number of milliseconds; milliseconds once parsed. */
export const duration = z
  .union([z.string().regex(pattern, 'is a number and a unit: ms, s, m, h or d, such as "30s"'), z.number()])
  .transform((given) => {
    if (typeof given === 'number') return given;
    const [, amount, unit] = pattern.exec(given)!;
    return Math.round(Number(amount) * unitMs[unit!]!);
  })
  .pipe(
    z
      .number()
      .int()
      .min(0)
      .max(3_650 * unitMs['d']!),
  )
  .describe('A number and a unit (ms, s, m, h, d), such as "30s"; a bare number is milliseconds.');
