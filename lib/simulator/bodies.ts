/** The two generations of measure bodies, field by field as documented and recorded. Every value is a string. */
import type { Answer, Generation, Point } from './types';

/** As Enedis sends it: v5 in its `meter_reading` envelope, values as text or null. */
export function bodyOf(answer: Answer, generation: Generation): object {
  return generation === '2026' ? body2026(answer) : { meter_reading: meterReading(answer) };
}

interface SeriesWords {
  grandeurPhysique: string;
  unit: string;
  modeCalcul: string;
  kind: string;
  aggregate: string;
  /** The load curve has its step on each point instead. */
  hasPeriod: boolean;
}

const WORDS: Record<Answer['series'], SeriesWords> = {
  daily: {
    grandeurPhysique: 'EA',
    unit: 'Wh',
    modeCalcul: 'DIFF.INDEX',
    kind: 'energy',
    aggregate: 'sum',
    hasPeriod: true,
  },
  loadCurve: {
    grandeurPhysique: 'PA',
    unit: 'W',
    modeCalcul: 'MESURE',
    kind: 'power',
    aggregate: 'average',
    hasPeriod: false,
  },
  maxPower: {
    grandeurPhysique: 'PMA',
    unit: 'VA',
    modeCalcul: 'MESURE',
    kind: 'power',
    aggregate: 'maximum',
    hasPeriod: true,
  },
};

function body2026(answer: Answer): object {
  const words = WORDS[answer.series];
  return {
    idPrm: answer.usagePointId,
    etapeMetier: 'BRUT',
    periode: { dateDebut: answer.start, dateFin: answer.end },
    modeCalcul: words.modeCalcul,
    ...(words.hasPeriod && { pas: answer.period, typeValeur: 'GLOBALE' }),
    grandeur: [
      {
        grandeurMetier: answer.direction === 'consumption' ? 'CONS' : 'PROD',
        grandeurPhysique: words.grandeurPhysique,
        unite: words.unit,
        points: answer.points.map(point2026),
        calendrier: [],
      },
    ],
    contexte: [],
  };
}

function point2026({ value, stamp, minutes }: Point): object {
  if (minutes === undefined) return { v: value, d: stamp };
  const step = `PT${minutes}M`;
  if (value === null) return { v: null, d: stamp, p: step };
  return { v: value, d: stamp, p: step, n: 'B', iv: '0', ec: '0' };
}

/** Without its envelope, which Conso takes off. */
export function meterReading(answer: Answer): object {
  const words = WORDS[answer.series];
  return {
    usage_point_id: answer.usagePointId,
    start: answer.start,
    end: answer.end,
    quality: 'BRUT',
    reading_type: {
      unit: words.unit,
      measurement_kind: words.kind,
      aggregate: words.aggregate,
      ...(words.hasPeriod && { measuring_period: answer.period }),
    },
    interval_reading: answer.points.map(pointV5),
  };
}

function pointV5({ value, stamp, minutes }: Point): object {
  if (minutes === undefined) return { value, date: stamp };
  return { value, date: stamp, interval_length: `PT${minutes}M`, measure_type: 'B' };
}
