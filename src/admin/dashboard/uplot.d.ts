// The module that is served as uplot.js, from its package.
// oxlint-disable-next-line import/no-default-export -- it has no other
export { default } from 'uplot'
