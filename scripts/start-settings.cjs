// Node-RED's settings for `npm start`: both packages straight from this checkout, no question to the user, no
// usage data sent, and no address but this machine's own, for there is no password.
const { readdirSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');

module.exports = {
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  credentialSecret: process.env.NODE_RED_CREDENTIAL_SECRET,
  // A nodesDir that is itself a module is loaded directly, its examples too.
  nodesDir: [dirname(__dirname), join(dirname(__dirname), 'dashboard')],
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false, ui: false },
  editorTheme: { tours: false },
  logging: {
    console: { level: 'off', metrics: false, audit: false },
    unexpected: { level: 'warn', metrics: false, audit: false, handler: logUnexpected },
  },
};

/**
 * Shows what Node-RED warns of, but for what is so in every new user directory: no projects, no credentials yet. Whoever
 * starts this for the first time would look for the mistake.
 */
function logUnexpected() {
  const { resolve } = createRequire(require.resolve('node-red'));
  const locales = join(dirname(resolve('@node-red/runtime')), '..', 'locales');
  const expected = new Set(
    readdirSync(locales).flatMap((language) => {
      const { storage, nodes } = JSON.parse(readFileSync(join(locales, language, 'runtime.json'), 'utf8'));
      const projects = storage?.localfilesystem?.projects;
      return [projects?.disabled, projects?.disabledNoFlag, nodes?.credentials?.encryptedNotFound];
    }),
  );
  return ({ level, type, name, id, msg }) => {
    const said =
      msg instanceof Error ? (msg.stack ?? msg.message) : typeof msg === 'string' ? msg : JSON.stringify(msg);
    if (expected.has(said)) return;
    const label = { 10: 'fatal', 20: 'error', 30: 'warn' }[level] ?? 'info';
    console.log(`[${label}] ${type ? `[${type}:${name ?? id}] ` : ''}${said}`);
  };
}
