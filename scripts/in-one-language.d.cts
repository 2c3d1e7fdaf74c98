export function inOneLanguage<T extends { [property: string]: unknown }>(
  flow: readonly T[],
  french: boolean,
): T[];
