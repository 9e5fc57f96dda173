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

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const notInModelNames = /[/:%\\\u0000-\u001f\u007f-\u009f]/;

/**
 * The name of a registered model, wider than other names since clients of old bring them along: 1 to 250 characters of any
 * script without `/`, `:`, `%`, `\`, controls; not `.` or `..`. Spaces around it are dropped, letters compared by case.
 */
export const modelNameSchema = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .pipe(
    z
      .string()
      .min(1)
      .max(250)
      .refine(
        (name) => name.isWellFormed() && !notInModelNames.test(name),
        'may not hold "/", ":", "%", "\\" or controls',
      )
      .refine((name) => name !== '.' && name !== '..', 'may not be "." or ".."'),
  );
