/** The periods with a name (last week, this month …), for the dialogs that offer them. */

/** A typed input's choice of them, in the words of the meter's node. */
export function rangeType(label: string): TypedInputType {
  const words = (RED.settings.enedisConfigRanges ?? []) as string[];
  const options = words.map((value) => ({
    value,
    label: RED._(`node-red-contrib-enedis/enedis-config:enedis-config.range.${value}`),
  }));
  return { value: 'range', label, icon: 'fa fa-calendar-o', options };
}
