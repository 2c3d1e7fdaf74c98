/**
 * Packs both packages and installs them where the test files of this run find them. `npm test` does this before the
 * first of them starts.
 */
import { PACKAGE, userDirWith, WIDGET } from './installed';

void (async () => {
  await userDirWith([PACKAGE]);
  await userDirWith([PACKAGE, WIDGET]);
})();
