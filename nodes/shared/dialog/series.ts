/** The series of readings, for the dialogs that offer them: from the runtime's one table, in the words of the meter's node. */

/** Their names as saved in flows, in the order in which they are offered. */
export function seriesNames(): string[] {
  return (RED.settings.enedisConfigSeries ?? []) as string[];
}

/** What people call one. */
export function seriesInWords(series: string): string {
  return RED._(`node-red-contrib-enedis/enedis-config:enedis-config.series.${series}`);
}
