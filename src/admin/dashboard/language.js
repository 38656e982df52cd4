// @ts-check
import { en } from './en.js'
import { stored } from './stored.js'
import { zh } from './zh.js'

/** @typedef {keyof typeof en} TextKey */

/** @type {Readonly<Record<string, { name: string, texts: Readonly<Record<TextKey, string>> }>>} */
export const LANGUAGES = { en: { name: 'English', texts: en }, 'zh-CN': { name: '中文', texts: zh } }

const choice = stored('localStorage', 'language')

/** The chosen language, or the first of the browser's that there is. */
export function language() {
  const chosen = choice.get()
  if (chosen !== undefined && chosen in LANGUAGES) return chosen
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** @param {string} code */
export function chooseLanguage(code) {
  choice.set(code)
}

/**
 * The text in the language in force, `{name}` in it replaced by the value of that name.
 *
 * @param {TextKey} key
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function say(key, values = {}) {
  return (sayIfKnown(key) ?? key).replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))
}

/**
 * The text of a key that another has chosen; undefined where there is none.
 *
 * @param {string} key
 * @returns {string | undefined}
 */
export function sayIfKnown(key) {
  /** @type {Readonly<Record<string, string>>} */
  const texts = LANGUAGES[language()]?.texts ?? en
  return Object.hasOwn(texts, key) ? texts[key] : undefined
}

/** Puts texts into the parts of the page that stand in its HTML. */
export function translatePage() {
  document.documentElement.lang = language()
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = textOf(element, 'data-text')
  for (const element of document.querySelectorAll('[data-label]'))
    element.setAttribute('aria-label', textOf(element, 'data-label'))
  for (const element of document.querySelectorAll('[data-placeholder]'))
    element.setAttribute('placeholder', textOf(element, 'data-placeholder'))
}

/**
 * @param {Element} element
 * @param {string} attribute
 */
function textOf(element, attribute) {
  return sayIfKnown(element.getAttribute(attribute) ?? '') ?? ''
}
