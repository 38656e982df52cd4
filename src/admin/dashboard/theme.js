// @ts-check
import { stored } from './stored.js'

export const THEMES = /** @type {const} */ (['auto', 'light', 'dark'])

const choice = stored('localStorage', 'theme')

/** The chosen theme; `auto` is the system's. */
export function theme() {
  return THEMES.find((name) => name === choice.get()) ?? 'auto'
}

/** @param {string} name */
export function chooseTheme(name) {
  choice.set(name)
  applyTheme()
}

/** Tells the style sheet what is chosen. */
export function applyTheme() {
  document.documentElement.dataset['theme'] = theme()
}

/**
 * Calls back when the system's theme changes.
 *
 * @param {() => void} callback
 */
export function onSystemTheme(callback) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', callback)
}
