// @ts-check
import { ask, token } from './ask.js'
import { showConfiguration } from './configuration.js'
import { createConnections } from './connections.js'
import { control, el, part, show } from './dom.js'
import { showFigures } from './figures.js'
import { showHealth, showState } from './health.js'
import { createHosts } from './hosts.js'
import { chooseLanguage, language, LANGUAGES, say, translatePage } from './language.js'
import { sayTime } from './quantities.js'
import { createRefusals } from './refusals.js'
import { applyTheme, chooseTheme, onSystemTheme, theme, THEMES } from './theme.js'
import { createThroughput } from './throughput.js'
import { createUpstreams } from './upstreams.js'

/** @typedef {import('../status.ts').Status} Status */
/** @typedef {import('../history.ts').Throughput} Throughput */

/** How often the proxy is asked (ms): while somebody looks, while nobody does, and at most when it does not answer. */
const EVERY_MS = 2_000
const HIDDEN_MS = 30_000
const GONE_MS = 10_000

applyTheme()
const charts = [createThroughput('down'), createThroughput('up')]
const lists = [createUpstreams(), createHosts(), createRefusals()]
const connections = createConnections()

/** @type {{ status?: Status, before?: Status | undefined, history?: Throughput, historyAt: number, toldAt: number, failures: number, timer: number }} */
const page = { historyAt: 0, toldAt: Date.now(), failures: 0, timer: 0 }

/** Asks, shows what is told, and sets the time to ask again. */
async function look() {
  clearTimeout(page.timer)
  const told = await ask('status')
  if (told.kind === 'status' && told.status === 401) return askForToken()
  if (told.kind === 'told') await accept(told.value)
  else miss(told.kind === 'gone' ? undefined : told.status)
  const wait = document.hidden ? HIDDEN_MS : Math.min(EVERY_MS * 2 ** page.failures, GONE_MS)
  clearTimeout(page.timer)
  page.timer = window.setTimeout(() => void look(), wait)
}

/** @param {Status} status */
async function accept(status) {
  // Another version has another page.
  if (page.status !== undefined && page.status.version !== status.version) return location.reload()
  const restarted = page.status?.pid !== status.pid
  page.before = restarted ? undefined : page.status
  page.status = status
  page.toldAt = Date.now()
  page.failures = 0
  // Looked at sooner than there is another sample, none is missed.
  if (restarted || Date.now() - page.historyAt >= (page.history?.everyMs ?? 0) - EVERY_MS) {
    const told = await ask('history')
    if (told.kind === 'told') {
      page.history = told.value
      page.historyAt = Date.now()
    }
  }
  part('main').hidden = false
  part('sign-in').hidden = true
  part('sign-out').hidden = token.get() === undefined
  render()
}

/** @param {number | undefined} code a status that is not 200; undefined: no answer */
function miss(code) {
  page.failures += 1
  showState('gone')
  show(
    part('notice'),
    code === undefined ? say('gone', { since: sayTime(page.toldAt) }) : say('fault', { status: code }),
  )
  part('notice').hidden = false
  document.body.classList.add('outdated')
}

/** Shows what was told last. */
function render() {
  const { status, before, history } = page
  if (status === undefined) return
  part('notice').hidden = true
  document.body.classList.remove('outdated')
  showHealth(status)
  showFigures(status, before, history)
  connections.show(status, before)
  for (const list of lists) list.show(status)
  showConfiguration(status)
  if (history !== undefined) for (const chart of charts) chart.show(history)
}

function askForToken() {
  const wrong = token.get() !== undefined
  token.set(undefined)
  part('main').hidden = true
  part('notice').hidden = true
  part('sign-in').hidden = false
  showState('locked')
  show(part('sign-in-fault'), wrong ? say('sign-in.wrong') : '')
  part('token').focus()
}

/** Puts every text into the language in force. */
function translate() {
  translatePage()
  const selected = language()
  const languages = Object.entries(LANGUAGES).map(([code, { name }]) => ({ code, name }))
  show(part('language'), ...languages.map(({ code, name }) => el('option', { value: code, lang: code }, name)))
  show(part('theme'), ...THEMES.map((name) => el('option', { value: name }, say(`theme.${name}`))))
  control('language', HTMLSelectElement).value = selected
  control('theme', HTMLSelectElement).value = theme()
  render()
}

function redraw() {
  for (const chart of charts) chart.redraw()
}

part('language').addEventListener('change', () => {
  chooseLanguage(control('language', HTMLSelectElement).value)
  translate()
})
part('theme').addEventListener('change', () => {
  chooseTheme(control('theme', HTMLSelectElement).value)
  redraw()
})
onSystemTheme(redraw)
part('sign-in').addEventListener('submit', (event) => {
  event.preventDefault()
  const field = control('token', HTMLInputElement)
  token.set(field.value)
  field.value = ''
  void look()
})
part('sign-out').addEventListener('click', () => {
  token.set(undefined)
  void look()
})
document.addEventListener('visibilitychange', () => void look())

translate()
showState('waiting')
void look()
