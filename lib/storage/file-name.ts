/** Names of what is kept for a node: ids are what an imported flow says they are, and none may lead out of the folder. */

/** A node's id as a part of a document's name. */
export function fileName(id: string): string {
  return encodeURIComponent(id).replaceAll('.', '%2E');
}
