/** For the compiler of everything but the component: vue-tsc reads the file itself. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent;
  export default component;
}
