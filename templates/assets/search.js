// The search page: Pagefind's index, facets that widen within a kind and narrow between kinds, live counts,
// every state in the address. Text from the index is put in as text; only Pagefind's own <mark> is markup.

const FACETS = ['tag', 'year', 'digest']
const SORTS = { newest: { date: 'desc' }, oldest: { date: 'asc' } }
const STEP = 10
const RERANKED = 20

const place = document.getElementById('search')
const box = document.getElementById('q')
const order = document.getElementById('order')
const status = document.getElementById('search-status')
const chips = document.getElementById('search-chips')
const list = document.getElementById('search-results')
const more = document.getElementById('search-more')
const facetBox = document.getElementById('search-facets')

const state = { selected: Object.fromEntries(FACETS.map(name => [name, []])), results: [], shown: 0, run: 0 }
let pagefind
let all = {}

// The index splits words at ASCII hyphens only, and drops the signs of LaTeX.
const clean = text => text.replace(/[\u2010-\u2015\u2212]/g, '-').replace(/[{}^=$\\]/g, '').replace(/\s+/g, ' ').trim()
const words = text => new Set(text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').split(/[^\p{L}\p{N}]+/u).filter(Boolean))
const filtersFor = selected => Object.fromEntries(
  Object.entries(selected).filter(([, values]) => values.length).map(([name, values]) => [name, { any: values }]))

// What the address says is put in place at once; a reader may type before the index is there.
function readAddress() {
  const parameters = new URLSearchParams(location.search)
  box.value = parameters.get('q') ?? ''
  order.value = parameters.get('order') in SORTS ? parameters.get('order') : ''
  for (const name of FACETS) state.selected[name] = parameters.getAll(name)
}

function writeAddress() {
  const parameters = new URLSearchParams()
  if (box.value.trim()) parameters.set('q', box.value.trim())
  if (order.value) parameters.set('order', order.value)
  for (const name of FACETS) for (const value of state.selected[name]) parameters.append(name, value)
  const query = parameters.toString()
  history.replaceState(null, '', query ? `?${query}` : location.pathname)
}

async function load() {
  pagefind = await import(new URL(`${place.dataset.bundle}pagefind.js`, location.href))
  await configure()
  for (const name of FACETS) state.selected[name] = state.selected[name].filter(value => value in (all[name] ?? {}))
  facetBox.hidden = false
  const wide = matchMedia('(min-width: 48rem)').matches
  for (const details of facetBox.querySelectorAll('details')) details.open = wide && details.dataset.facet !== 'digest'
}

async function configure() {
  await pagefind.options({
    baseUrl: place.dataset.base, excerptLength: 30,
    ranking: { metaWeights: { title: 5, alias: 1, authors: 1, identifiers: 1, source: 1, date: 0 } },
  })
  await pagefind.init()
  all = await pagefind.filters()
}

async function search() {
  const run = ++state.run
  await loaded
  if (run !== state.run) return
  writeAddress()
  const typed = box.value.trim()
  const term = clean(typed) || null
  const options = { filters: filtersFor(state.selected), ...((order.value || !term) && { sort: SORTS[order.value || 'newest'] }) }
  let found = await pagefind.search(term, options)
  if (run !== state.run) return
  if (term && !found.results.length && !found.unfilteredResultCount) {
    await refresh()
    found = await pagefind.search(term, options)
  }
  const strange = await strangeWord(term && typed, found.results[0])
  if (strange) found = { ...found, results: [], filters: {} }
  const counts = await countsBeside(term, found)
  const results = term && !order.value ? await titleFirst(term, found.results) : found.results
  if (run !== state.run) return
  state.results = results
  state.shown = 0
  const reading = list.contains(document.activeElement)
  list.replaceChildren()
  showFacets(counts)
  showChips()
  const first = await showMore(run)
  if (run !== state.run) return
  showStatus(term && typed, found, strange)
  if (reading) (first?.querySelector('a') ?? box).focus() // the title that had the keyboard is gone
}

// For a word that no paper has, Pagefind takes the longest known word that it begins with (`quasars` finds `qu`).
// Each result has every word, so one result tells: the word nothing in it resembles is not in any paper.
async function strangeWord(term, result) {
  if (!term || !result || term.includes('"')) return ''
  const data = await result.data()
  const known = [...words(`${Object.values(data.meta).join(' ')} ${data.content}`)]
  return [...words(term)].find(word => !known.some(other => alike(word, other))) ?? ''
}

const ENDING = /(?<=.{3})(?:i[sz](?:ations?|ers?|ing|ed|es?)|ations?|ements?|ments?|ings?|ers?|ive|ies|al|ly|ed|es|[sey])$/
const stem = word => word.replace(ENDING, '').replace(ENDING, '')
const alike = (word, other) => other.startsWith(word) || stem(other) === stem(word)

// After a deploy an open page may hold an index whose parts are gone: nothing is found until it is read again.
let refreshed = false
async function refresh() {
  if (refreshed) return
  refreshed = true
  await pagefind.destroy()
  await configure()
}

// The counts of a facet leave its own choice out: they say what choosing another value would find.
async function countsBeside(term, found) {
  const counts = {}
  for (const name of FACETS) {
    if (!state.selected[name].length) { counts[name] = found.filters[name] ?? {}; continue }
    const others = await pagefind.search(term, { filters: filtersFor({ ...state.selected, [name]: [] }) })
    counts[name] = others.filters[name] ?? {}
  }
  return counts
}

// A title that has the very words goes before one that has their forms.
async function titleFirst(term, results) {
  const wanted = [...words(term)]
  const head = await Promise.all(results.slice(0, RERANKED).map(async (result, position) => {
    const title = words((await result.data()).meta.title ?? '')
    return { result, position, hits: wanted.filter(word => title.has(word)).length }
  }))
  head.sort((a, b) => b.hits - a.hits || a.position - b.position)
  return [...head.map(({ result }) => result), ...results.slice(RERANKED)]
}

function showStatus(term, found, strange) {
  const total = found.results.length
  const filtered = Object.values(state.selected).some(values => values.length)
  const papers = total === 1 ? '1 paper' : `${total.toLocaleString('en')} papers`
  if (total) status.textContent = term ? `${papers} for “${term}”` : filtered ? papers : `${papers}, newest first`
  else if (strange) status.textContent = `No paper has the word “${strange}”. Try fewer or other words.`
  else if (term && filtered && found.unfilteredResultCount) status.textContent = `No paper for “${term}” with these filters; ${found.unfilteredResultCount} without them.`
  else status.textContent = term ? `No paper for “${term}”. Try fewer or other words.` : 'No paper with these filters.'
}

async function showMore(run = state.run) {
  const next = state.results.slice(state.shown, state.shown + STEP)
  const data = await Promise.all(next.map(result => result.data()))
  if (run !== state.run) return
  const items = data.map(item)
  list.append(...items)
  state.shown += next.length
  more.hidden = state.shown >= state.results.length
  return items[0]
}

function item(data) {
  const entry = element('li', { className: 'entry' })
  const title = element('h2')
  title.append(element('a', { href: data.url, textContent: data.meta.title }))
  const small = element('p', { className: 'small' })
  small.append(element('span', { textContent: data.meta.date ?? '' }))
  const tags = (data.filters.tag ?? []).slice(0, 3).join(', ')
  if (tags) small.append(' ', element('span', { textContent: tags }))
  const excerpt = element('p', { className: 'excerpt' })
  excerpt.append(...marked(data.excerpt))
  entry.append(title, small, excerpt)
  return entry
}

// Pagefind's excerpt is escaped text with <mark> in it; parsed in a document that runs nothing, then taken apart.
function marked(excerpt) {
  const parsed = new DOMParser().parseFromString(excerpt, 'text/html').body
  return [...parsed.childNodes].map(node => node.nodeName === 'MARK' ? element('mark', { textContent: node.textContent }) : node.textContent)
}

function showFacets(counts) {
  for (const name of FACETS) {
    const fieldset = facetBox.querySelector(`[data-facet=${name}] fieldset`)
    const focused = document.activeElement?.closest('fieldset') === fieldset ? document.activeElement.value : null
    const chosen = state.selected[name]
    const values = Object.keys(all[name] ?? {}).filter(value => counts[name][value] || chosen.includes(value))
    values.sort((a, b) => name === 'year' ? yearOrder(a, b) : (counts[name][b] ?? 0) - (counts[name][a] ?? 0) || a.localeCompare(b))
    fieldset.replaceChildren(fieldset.firstElementChild, ...values.map(value => choice(name, value, counts[name][value] ?? 0, chosen.includes(value))))
    if (focused) [...fieldset.querySelectorAll('input')].find(input => input.value === focused)?.focus()
  }
}

const yearOrder = (a, b) => (b === 'undated' ? 0 : Number(b)) - (a === 'undated' ? 0 : Number(a))

function choice(name, value, count, checked) {
  const label = element('label')
  const input = element('input', { type: 'checkbox', name, value, checked })
  input.addEventListener('change', () => choose(name, value, input.checked))
  label.append(input, document.createTextNode(value), element('span', { textContent: count.toLocaleString('en') }))
  return label
}

function choose(name, value, on) {
  state.selected[name] = on ? [...state.selected[name], value] : state.selected[name].filter(other => other !== value)
  return search()
}

function showChips() {
  chips.replaceChildren(...FACETS.flatMap(name => state.selected[name].map(value => {
    const chip = element('li')
    const button = element('button', { type: 'button', textContent: `${value} ×` })
    button.setAttribute('aria-label', `Remove the filter ${value}`)
    button.addEventListener('click', async () => { await choose(name, value, false); box.focus() })
    chip.append(button)
    return chip
  })))
  if (chips.children.length < 2) return
  const clear = element('button', { type: 'button', textContent: 'Clear all filters' })
  clear.addEventListener('click', () => { for (const name of FACETS) state.selected[name] = []; search().catch(failed); box.focus() })
  const chip = element('li')
  chip.append(clear)
  chips.append(chip)
}

const element = (name, properties = {}) => Object.assign(document.createElement(name), properties)

// Arrow keys walk from the box through the titles and back.
place.addEventListener('keydown', event => {
  const titles = [...list.querySelectorAll('h2 a')]
  const at = titles.indexOf(document.activeElement)
  if (event.key === 'Escape' && document.activeElement !== box) { box.focus(); box.select(); return }
  if (event.target !== box && at < 0) return
  if (event.key === 'ArrowDown' && at >= 0 && at === titles.length - 1 && !more.hidden) more.click()
  else if (event.key === 'ArrowDown') titles[at + 1]?.focus()
  else if (event.key === 'ArrowUp' && at >= 0) (titles[at - 1] ?? box).focus()
  else return
  event.preventDefault()
})

const failed = error => {
  status.textContent = 'The search index could not be loaded. Reload the page, or browse by tag or date.'
  console.error(error)
}
let waiting
const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => search().catch(failed), 150) }
box.addEventListener('input', soon)
order.addEventListener('change', () => search().catch(failed))
document.getElementById('search-form').addEventListener('submit', event => {
  event.preventDefault()
  clearTimeout(waiting)
  search().catch(failed)
})
more.addEventListener('click', async () => (await showMore())?.querySelector('a').focus())
readAddress()
box.focus()
status.textContent = 'Loading the index …'
const loaded = load()
search().catch(failed)
