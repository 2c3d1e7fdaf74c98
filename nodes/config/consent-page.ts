/**
 * The page a person lands on after Enedis' consent page. It stands alone: no script, nothing from elsewhere, nothing
 * that the address brought along.
 */
import { createHash } from 'node:crypto';
import { textIn, type Language } from '../shared/words';

/** The whole response; its headers belong to it, for they keep the page as closed as it is written. */
export interface ConsentPage {
  /** HTTP status. */
  status: number;
  headers: Record<string, string>;
  html: string;
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 17px/1.5 system-ui, sans-serif;
    background: Canvas; color: CanvasText; }
  main { max-width: 34em; padding: 2em; }
  h1 { font-size: 1.4em; margin: 0 0 0.6em; border-left: 6px solid #6d9f53; padding-left: 0.6em; }
  main.unread h1 { border-color: #d68910; }
  main.wrong h1 { border-color: #c0392b; }
  code { font-size: 1.1em; white-space: nowrap; }
`;

/** So that no other style, and nothing else at all, is accepted. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** @param sentences already in `language`, as text. */
export function consentPage(
  language: Language,
  outcome: 'agreed' | 'unread' | 'wrong',
  sentences: readonly string[],
): ConsentPage {
  const title = textIn(language, 'enedis-config', `consent.title.${outcome}`);
  const paragraphs = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n');
  return {
    status: outcome === 'wrong' ? 400 : 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
    html: `<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>${STYLE}</style></head>
<body><main class="${outcome}"><h1>${escapeHtml(title)}</h1>
${paragraphs}
</main></body>
</html>
`,
  };
}

/** French unless the first language we speak is English: whoever has a Linky most likely reads French. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const q = rest.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean);
      return { tag: tag.toLowerCase(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => /^(fr|en)\b/.test(tag) && q > 0)
    .sort((a, b) => b.q - a.q)[0];
  return wanted?.tag.startsWith('en') ? 'en-US' : 'fr';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
