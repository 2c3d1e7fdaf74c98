/** The colours of the face: those of the dialog where there are any, else a Linky's. */

/** `#abc` or `#aabbcc`, or empty for the usual one. */
export interface Chosen {
  background?: string;
  titleColor?: string;
  mobileBackground?: string;
  mobileTitleColor?: string;
}

const LINKY_GREEN = '#c3d82c';
const INK = '#1f2a08';

/** The custom properties that the style sheet chooses from, by the width of the screen. */
export function coloursOf(chosen: Chosen): Record<string, string> {
  const background = hex(chosen.background) ?? LINKY_GREEN;
  const mobileBackground = hex(chosen.mobileBackground) ?? background;
  const title = hex(chosen.titleColor);
  // A background of the phone's own deserves a title that reads well on it, rather than the desktop's.
  const inherited = mobileBackground === background ? title : undefined;
  return {
    '--enedis-desktop-background': background,
    '--enedis-desktop-title': title ?? readableOn(background),
    '--enedis-mobile-background': mobileBackground,
    '--enedis-mobile-title': hex(chosen.mobileTitleColor) ?? inherited ?? readableOn(mobileBackground),
  };
}

function hex(colour: string | undefined): string | undefined {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour ?? '');
  if (short)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join('')}`;
  return colour !== undefined && /^#[0-9a-f]{6}$/i.test(colour) ? colour : undefined;
}

/** A Linky's ink, white or black: the first of them with the contrast that WCAG asks for (4.5); one always has it. */
function readableOn(background: string): string {
  const on = luminance(background) + 0.05;
  const contrast = (ink: string): number => {
    const other = luminance(ink) + 0.05;
    return Math.max(on, other) / Math.min(on, other);
  };
  return [INK, '#ffffff'].find((ink) => contrast(ink) >= 4.5) ?? '#000000';
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
