/** What every dialog does with its fields: reads them while the dialog is open, and what the nodes hold otherwise. */

/**
 * The value that a validator is to judge another property by: the field's while this very node is edited, otherwise the
 * node's own.
 * @param prefix of the field's id; config nodes have one of their own.
 */
export function current(node: EditorNode, property: string, prefix = 'node-input-'): unknown {
  const field = $(`#${prefix}${property}`);
  const isOpen = RED.editor.getEditStack().some((edited) => edited === node);
  return isOpen && field.length > 0 ? field.val() : (node as unknown as Record<string, unknown>)[property];
}

/** What a text field or a choice holds; empty where the field isn't there. */
export function textOf(field: JQuery): string {
  const value = field.val();
  return typeof value === 'string' ? value : '';
}

/** The first text that isn't empty. */
export function firstOf(...texts: (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== '') ?? '';
}

/** The editor's look for the label of a node that bears a name. */
export function labelStyle(this: { name?: string }): string {
  return this.name ? 'node_label_italic' : '';
}
