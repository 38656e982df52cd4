// @ts-check

/** @typedef {Node | string | number | undefined} Child */

/**
 * An element. Texts become text nodes, never markup: peers have chosen some of them. `key` tells it from its siblings.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string | number | boolean | undefined>>} [attributes] true: without a value; false, undefined: none
 * @param {readonly Child[]} children
 */
export function el(tag, { key, ...attributes } = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value))
  }
  if (key !== undefined) element.dataset['key'] = String(key)
  element.append(...nodesOf(children))
  return element
}

/**
 * Makes the content of `parent` read like `children`, changing only what differs: focus, selections and scroll positions stay.
 *
 * @param {Element} parent
 * @param {readonly Child[]} children
 */
export function show(parent, ...children) {
  become(parent, nodesOf(children))
}

/**
 * The element of the page with this id.
 *
 * @param {string} id
 */
export function part(id) {
  return control(id, HTMLElement)
}

/**
 * The same, of a certain kind.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 */
export function control(id, type) {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`)
  return found
}

/** @param {readonly Child[]} children */
function nodesOf(children) {
  return children
    .filter((child) => child !== undefined && child !== '')
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))))
}

/** @param {Node} node */
function keyOf(node) {
  return node instanceof HTMLElement ? node.dataset['key'] : undefined
}

/**
 * @param {Element} parent
 * @param {readonly Node[]} wanted
 */
function become(parent, wanted) {
  const keys = new Set(wanted.map(keyOf))
  /** @type {Map<string, Node>} */
  const keyed = new Map()
  for (const child of Array.from(parent.childNodes)) {
    const key = keyOf(child)
    if (key === undefined) continue
    if (keys.has(key)) keyed.set(key, child)
    else child.remove()
  }
  let at = parent.firstChild
  for (const want of wanted) {
    const key = keyOf(want)
    const have = key === undefined ? at : keyed.get(key)
    if (!have || keyOf(have) !== key || have.nodeName !== want.nodeName) {
      parent.insertBefore(want, at)
      continue
    }
    if (have === at) at = have.nextSibling
    else parent.insertBefore(have, at)
    adopt(have, want)
  }
  while (at !== null) {
    const next = at.nextSibling
    at.remove()
    at = next
  }
}

/**
 * @param {Node} have
 * @param {Node} want
 */
function adopt(have, want) {
  if (have instanceof Element && want instanceof Element) {
    for (const name of have.getAttributeNames()) {
      // Whether details are open is the reader's choice once they are there.
      if (!want.hasAttribute(name) && name !== 'open') have.removeAttribute(name)
    }
    for (const { name, value } of want.attributes) {
      if (have.getAttribute(name) !== value && name !== 'open') have.setAttribute(name, value)
    }
    become(have, [...want.childNodes])
  } else if (have.nodeValue !== want.nodeValue) have.nodeValue = want.nodeValue
}
