/** Fields that hold a day: typed in, a word for a period, or a property of the message. */
import { current } from './fields';

type Validator = (this: EditorNode, value: string | number | undefined, options: unknown) => true | string;

/**
 * A date typed in is checked; what a message brings is for the runtime.
 * @param type of the node, whose words are used
 */
export function checkDay(type: string, property: 'start' | 'end'): Validator {
  return function (value, _options) {
    if (current(this, `${property}Type`) !== 'date' || isDay(String(value))) return true;
    return this._(`${type}.invalid.date`, { date: String(value) });
  };
}

/** Whether a text is a date that the calendar has. */
export function isDay(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // The 31st of a month that has none would become the 1st of the next.
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Makes a typed input of a field. It makes fields of its own, which no label is for: they are named. */
export function offerTypes(property: string, name: string, types: TypedInputType[], usual: string): void {
  const field = $(`#node-input-${property}`);
  field.typedInput({ default: usual, types, typeField: `#node-input-${property}Type` });
  const container = field.next('.red-ui-typedInput-container');
  container.find('input').attr('aria-label', name);
  container
    .find('.red-ui-typedInput-type-select, .red-ui-typedInput-option-trigger')
    .attr('aria-label', name);
}
