/**
 * What its contract makes of a household's day: the meter's relay lets the water heater run in the off-peak hours, to the
 * minute, and on the dear days of Tempo and EJP people hold back. Written from what is documented of the offers, and not
 * from our tariffs, so that the two can disagree.
 */
/** A household's contract, as far as it changes what it draws. */
export interface OfferSpec {
  kind: 'base' | 'hphc' | 'tempo' | 'ejp' | 'seasons';
  /** In Enedis' words: `22H38-6H38;12H00-13H00`; `summer` (April to October) where it differs. None: one price. */
  offPeak?: { winter: string; summer?: string };
  /** Tempo's red days, or EJP's (`YYYY-MM-DD`), in order. */
  dearDays?: readonly string[];
}

/** When a contract's water heater may run, and when its people hold back. Minutes are those of a clock in Paris. */
export interface Habits {
  /** How many minutes from `minute` on, of five, a heater runs that needs so many minutes a day. */
  heats(date: string, minute: number, needed: number): number;
  isDear(date: string, minute: number): boolean;
}

const DAY = 24 * 60;
/** From and until which minute a dear day lasts: Tempo's from 6 to 22 h, EJP's from 7 to 1 h. */
const DEAR_HOURS = { tempo: [6 * 60, 22 * 60], ejp: [7 * 60, 25 * 60] } as const;

/** The habits of a contract; undefined for one price, which nobody has to heed. */
export function habitsOf({ kind, offPeak, dearDays = [] }: OfferSpec): Habits | undefined {
  if (!offPeak) return undefined;
  const winter = turnsOf(offPeak.winter);
  const summer = turnsOf(offPeak.summer ?? offPeak.winter);
  const dear = new Set(dearDays);
  const [from, until] = kind === 'tempo' || kind === 'ejp' ? DEAR_HOURS[kind] : [0, 0];
  return {
    heats(date, minute, needed) {
      const turns = date.slice(5) >= '04-01' && date.slice(5) <= '10-31' ? summer : winter;
      let minutes = 0;
      for (let each = minute; each < minute + 5; each++) if (turns[each]! < needed) minutes++;
      return minutes;
    },
    isDear(date, minute) {
      if (minute + DAY < until) return dear.has(dayBefore(date));
      return minute >= from && minute < until && dear.has(date);
    },
  };
}

/**
 * In which order a heater uses the minutes of a day: those of the longest off-peak stretch first, for nights are long.
 * Infinite for minutes at the full price.
 */
function turnsOf(text: string): Float64Array {
  const stretches = text.split(';').map((stretch) => {
    const [from = 0, to = 0] = stretch.split('-').map(minuteOf);
    return { from, length: (to - from + DAY) % DAY };
  });
  stretches.sort((a, b) => b.length - a.length);
  const turns = new Float64Array(DAY).fill(Infinity);
  let turn = 0;
  for (const { from, length } of stretches) {
    for (let minute = from; minute < from + length; minute++) turns[minute % DAY] = turn++;
  }
  return turns;
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split('H');
  return Number(hours) * 60 + Number(minutes);
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - DAY * 60_000).toISOString().slice(0, 10);
}
