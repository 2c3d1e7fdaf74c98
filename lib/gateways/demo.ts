/** The simulated meter: works the day the package is installed, without an account. */
import { consoApi } from './conso-api';
import type { GatewayDefinition } from './definition';

/** The simulated meter. Its address is never asked; RFC 6761 keeps the name from ever existing. */
export const demo: GatewayDefinition<'demo'> = {
  kind: 'demo',
  address: 'https://demo.invalid',
  isSimulated: true,
  credentials: [],
  link: null,
  authorize: null,
  stamps: consoApi.stamps,
  historyGraceDays: consoApi.historyGraceDays,
  isRelay: consoApi.isRelay,
  refusals: consoApi.refusals,
  rules: null,
  open: async (definition, _settings, tools) => (await import('./demo/open.js')).openDemo(definition, tools),
};
