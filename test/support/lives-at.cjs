// Preloaded into a Node-RED under test: it lives at the moment that ENEDIS_TEST_NOW says, and time goes on from there.
const Real = Date;
const ahead = Real.parse(process.env.ENEDIS_TEST_NOW) - Real.now();
const now = () => Real.now() + ahead;

globalThis.Date = new Proxy(Real, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  apply: (target) => new target(now()).toString(),
  get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
});
