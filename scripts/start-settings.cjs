// Node-RED's settings for `npm start`: both packages straight from this checkout, no question to the user, no
// usage data sent, and no address but this machine's own, for there is no password.
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
  logging: { console: { level: 'warn', metrics: false, audit: false } },
};
