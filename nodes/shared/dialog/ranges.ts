/** The periods with a name (last week, this month …), for the dialogs that offer them. */

/** The words, as flows save them, in those of the meter's node; all of them unless told. */
export function rangesInWords(
  words: string[] = (RED.settings.enedisConfigRanges ?? []) as string[],
): { value: string; label: string }[] {
  return words.map((value) => ({
    value,
    label: RED._(`node-red-contrib-enedis/enedis-config:enedis-config.range.${value}`),
  }));
}

/** A typed input's choice of them. */
export function rangeType(label: string): TypedInputType {
  return { value: 'range', label, icon: 'fa fa-calendar-o', options: rangesInWords() };
}
