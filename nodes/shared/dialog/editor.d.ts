/**
 * The part of Node-RED's editor that the dialogs use, as it is in 4.1 and 5. `@types/node-red` has types of its own for
 * it, which lack what came since version 1 (reasons from validators, the stack of open dialogs, custom choices).
 */

/** A node as the editor holds it: its properties beside what the editor itself adds. */
interface EditorNode {
  id: string;
  type: string;
  /** Looks a text up in the node's own catalogue. */
  _(key: string, params?: Record<string, unknown>): string;
}

/** A definition as `RED.nodes.registerType` was given it; only what we read or change of it. */
interface NodeDefinition {
  defaults: Record<string, { value: unknown }>;
}

interface EditorEvents {
  on(event: 'registry:node-type-added', listener: (type: string) => void): void;
  on(event: 'nodes:add', listener: (node: EditorNode) => void): void;
}

declare const RED: {
  /** Settings of the runtime, those that our nodes export among them. */
  settings: {
    apiRootUrl?: string;
    context?: { stores?: string[] };
    [name: string]: unknown;
  };
  nodes: {
    getType(type: string): NodeDefinition | undefined;
    /** The node with that id, a config node's too; null where there is none. */
    node(id: string): EditorNode | null;
    subflow(id: string): object | undefined;
  };
  editor: {
    /** Nodes whose dialogs are open, the one opened last at the end. */
    getEditStack(): EditorNode[];
  };
  events: EditorEvents;
  utils: {
    /** What is written on a node. */
    getNodeLabel(node: EditorNode, otherwise?: string): string;
  };
  i18n: { lang(): string };
  clipboard: { copyText(text: string, element: JQuery, message: string): void };
  /** Looks a text up in another node's catalogue: `<module>/<node>:<key>`. */
  _(key: string, params?: Record<string, unknown>): string;
};

/** A kind of value that a typed input offers. */
type TypedInputType =
  | string
  | {
      value: string;
      label?: string;
      icon?: string;
      hasValue?: boolean;
      multiple?: boolean;
      options?: { value: string; label: string }[];
    };

interface JQuery {
  typedInput(options: { default?: string; types: TypedInputType[]; typeField?: string }): this;
  /** Dashboard 2 adds it to the editor. */
  elementSizer(options: { width: string; height: string; group: string }): this;
}
