/** What days and times must be wherever they are kept: whoever reads a document takes that for granted. */
import { z } from 'zod';

/** `YYYY-MM-DD`, and there is such a day. */
export const date = z.iso.date();

/** Epoch ms, until the year 9999: later days have no date of four digits. */
export const instant = z.number().nonnegative().lt(253_402_300_800_000);
