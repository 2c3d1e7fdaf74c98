/** What Dashboard looks for in the bundle, under the name given in package.json. */
export { default as UIEnedisLinky } from './linky.vue';
