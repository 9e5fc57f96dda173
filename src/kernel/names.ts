import { z } from 'zod';

const allowed = /^[A-Za-z0-9._-](?:[A-Za-z0-9._ -]*[A-Za-z0-9._-])?$/;

/** A name a user chooses: letters, digits, `.`, `_`, `-`, inner spaces; 1 to 250 characters; not `.` or `..`. */
export const nameSchema = z
  .string()
  .transform((name) => name.normalize('NFC'))
  .pipe(
    z
      .string()
      .min(1)
      .max(250)
      .regex(allowed, 'may hold letters, digits, ".", "_", "-" and inner spaces')
      .refine((name) => name !== '.' && name !== '..', 'may not be "." or ".."'),
  );
