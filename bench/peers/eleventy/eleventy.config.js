// Left out, because Eleventy has no means of its own that does the same: content hashes in the names of assets, tags
// that often stand with a tag, related papers, the check of links inside the site, mended text.
// In its favour: what lists repeat is rendered once, by a shortcode, and its text comes from the Markdown as it is.
const PAGE_SIZE = 50
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const escaped = text => text.replace(/[&<>"']/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign])
const plain = paper => paper.rawInput.trim()
  .replace(/\\([\\`*_[])/g, '$1').replace(/<(https?:[^>]+)>/g, '$1').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
const excerpt = text => text.length <= 280 ? text : text.slice(0, 280).replace(/[,;:.]?\s+\S*$/, '') + '…'
const words = day => `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`
const time = day => `<time datetime="${day}">${words(day)}</time>`

function grouped(papers, keys) {
  const groups = new Map()
  for (const paper of papers) {
    for (const key of keys(paper)) {
      if (!groups.has(key)) groups.set(key, [])
      groups.get(key).push(paper)
    }
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1))
}

// One entry for each page of a list: Eleventy paginates one list, not a list for each tag.
function paged(base, key, papers) {
  const pages = Math.max(1, Math.ceil(papers.length / PAGE_SIZE))
  const addressOf = number => (number === 1 ? base : `${base}page/${number}/`)
  return Array.from({ length: pages }, (_, index) => ({
    key, papers: papers.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE), all: papers, number: index + 1, pages, address: addressOf(index + 1),
    newer: index ? addressOf(index) : '', older: index + 1 < pages ? addressOf(index + 2) : '',
    near: around(index + 1, pages).map(number => ({ number, address: number ? addressOf(number) : '' })),
  }))
}

function around(number, pages) {
  const wanted = [...new Set([1, number - 2, number - 1, number, number + 1, number + 2, pages])].filter(page => page >= 1 && page <= pages)
  const sorted = wanted.sort((one, other) => one - other)
  return sorted.flatMap((page, index) => (index && page > sorted[index - 1] + 1 ? [0, page] : [page]))
}

export default function (config) {
  let entries = new Map()
  let shelf
  config.on('eleventy.before', () => { entries = new Map(); shelf = undefined })
  config.amendLibrary('md', markdown => markdown.set({ html: false }))
  config.addPassthroughCopy('assets')

  const papersOf = api => shelf ??= linked(api.getFilteredByGlob('content/papers/*.md'))
  function linked(papers) {
    papers.sort((one, other) => (one.data.day === other.data.day ? (one.fileSlug < other.fileSlug ? -1 : 1) : one.data.day < other.data.day ? 1 : -1))
    papers.forEach((paper, index) => {
      const named = other => other && { url: other.url, title: other.data.title }
      paper.data.newer = named(papers[index - 1])
      paper.data.older = named(papers[index + 1])
    })
    return papers
  }
  const lists = (name, keys) => api => grouped(papersOf(api), keys).flatMap(([key, papers]) => paged(`/${name}/${key}/`, key, papers))
  const firstOf = pages => pages.filter(page => page.number === 1)
  config.addCollection('papers', papersOf)
  config.addCollection('paperPages', api => paged('/papers/', '', papersOf(api)))
  config.addCollection('tagPages', lists('tags', paper => paper.data.terms))
  config.addCollection('yearPages', lists('years', paper => [paper.data.day.slice(0, 4)]))
  config.addCollection('monthPages', lists('months', paper => [paper.data.day.slice(0, 7)]))
  config.addCollection('issues', api => grouped(papersOf(api), paper => paper.data.digests).reverse()
    .map(([day, papers]) => ({ day, papers: papers.toSorted((one, other) => one.data.rank - other.data.rank) })))
  config.addCollection('redirects', api => papersOf(api).filter(paper => paper.data.arxiv))

  config.addShortcode('entry', paper => {
    if (!entries.has(paper.url)) entries.set(paper.url, entry(paper))
    return entries.get(paper.url)
  })
  function entry(paper) {
    const { title, day, authors, terms, stated, labels } = paper.data
    const who = authors.length > 3 ? `${authors[0]} and ${authors.length - 1} others` : authors.join(', ')
    const tags = terms.slice(0, Math.min(3, stated)).map(tag => `<a href="/tags/${tag}/">${escaped(labels[tag].title)}</a>`).join(', ')
    return `<article class="entry">
<h3><a href="${paper.url}">${escaped(title)}</a></h3>
<p class="small">${time(day)} <span>${escaped(who)}</span> <span class="tags">${tags}</span></p>
<p class="excerpt">${escaped(excerpt(plain(paper)))}</p>
</article>
`
  }
  config.addFilter('time', time)
  config.addFilter('words', words)
  config.addFilter('month', month => MONTHS[Number(month.slice(5, 7)) - 1])
  config.addFilter('plain', plain)
  config.addFilter('excerptOf', input => excerpt(plain({ rawInput: input })))
  config.addFilter('firstPages', firstOf)
  config.addFilter('most', (pages, count) => firstOf(pages).sort((one, other) => other.all.length - one.all.length || (one.key < other.key ? -1 : 1)).slice(0, count))
  config.addFilter('host', url => url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, ''))
  config.addFilter('number', count => count.toLocaleString('en'))
  config.addFilter('perYear', papers => grouped(papers, paper => [paper.data.day.slice(0, 4)]).map(([year, of]) => [year, of.length]))
  config.addFilter('perMonth', pages => Object.fromEntries(firstOf(pages).map(page => [page.key, page.all.length])))
  config.addFilter('byMonth', papers => grouped(papers, paper => [paper.data.day.slice(0, 7)]).reverse())
  return { markdownTemplateEngine: false, htmlTemplateEngine: 'njk' }
}
