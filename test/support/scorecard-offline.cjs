// Loaded into node-red-dev before anything else: the two addresses it asks, the flow library's catalogue and npm's
// registry, are answered from what a machine behind any registry has. Plain JavaScript, because it runs in that process.
const { execFileSync } = require('node:child_process');
const Module = require('node:module');

// The one package of the library in our field, as of November 2026: names and types that must stay its own.
const CATALOGUE = {
  modules: [{ id: '@flecoufle/node-red-linky', types: ['linky-api', 'linky-api-config'] }],
};

function registryOf(name) {
  const fields = ['dist-tags', 'engines', 'version'];
  const view = JSON.parse(execFileSync('npm', ['view', name, ...fields, '--json'], { encoding: 'utf8' }));
  return { 'dist-tags': view['dist-tags'], versions: { [view['dist-tags'].latest]: view } };
}

async function get(url) {
  const { hostname, pathname } = new URL(url);
  return { data: hostname.startsWith('catalogue.') ? CATALOGUE : registryOf(pathname.slice(1)) };
}

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'axios' ? { get } : load.call(this, request, ...rest);
};
