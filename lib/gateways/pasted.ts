/**
 * What people paste into the dialog, without what came along: blanks of every kind and characters nobody sees, quotes, the
 * words around a token in an example, a comma after it. The editor and the runtime read it the same way. Imports nothing:
 * browsers load it, too.
 */

/** Control characters (line breaks among them), zero-width characters, byte-order marks, soft hyphens, blanks of every width. */
const UNSEEN = /[\s\p{C}]+/gu;
/** Straight and typographic quotes, and the angle brackets of an example, at either end. */
const QUOTES = `"'\`´<>«»‹›“”„‟‘’‚‛`;
const AROUND = new RegExp(`^[${QUOTES}]+|[${QUOTES},;]+$`, 'gu');
/** As in `Authorization: Bearer …`, `"token": "…"`, `-H 'Authorization: …'`. */
const BEFORE =
  /^(?:-H|--header|authorization|token|jeton|client[_ -]?id|client[_ -]?secret|prm|pdl|url)["'”’»]*\s*[:=]\s*|^(?:-H|--header)\s+|^bearer[\s:]+/iu;

/**
 * A token, a client id or a secret as a gateway is to receive it. None of them holds a blank, so that all go: a copied one may
 * be broken over lines.
 */
export function cleanCredential(text: string): string {
  return withoutWrapping(text).replace(UNSEEN, '');
}

/** A PDL: bills print it in groups, and its digits may be wide ones. What isn't one is left as it is, but for blanks. */
export function cleanUsagePoint(text: string): string {
  const bare = withoutWrapping(text).normalize('NFKC').replace(UNSEEN, '');
  const digits = bare.replace(/[.\-–_/]/g, '').replace(/^(?:pdl|prm|n°|nº)[:=]*/i, '');
  return /^\d{14}$/.test(digits) ? digits : bare;
}

/** The address of a gateway. */
export function cleanAddress(text: string): string {
  return withoutWrapping(text).replace(UNSEEN, '');
}

/** The name of the first variable of the environment that a text still refers to: Node-RED leaves those that aren't set. */
export function unsetVariable(text: string): string | undefined {
  const found = /\$\{([^}]*)\}|\$\(([^)]*)\)/.exec(text);
  return found ? (found[1] ?? found[2] ?? '').trim() : undefined;
}

function withoutWrapping(text: string): string {
  // What is unseen may stand between the words as well.
  let bare = text.replace(UNSEEN, ' ').trim();
  for (;;) {
    const less = bare.replace(AROUND, '').trim().replace(BEFORE, '').trim();
    if (less === bare) return bare;
    bare = less;
  }
}
