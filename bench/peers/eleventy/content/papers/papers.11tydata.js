// A function, because a permalink as a template would need the engine that must not touch the abstracts.
export default { layout: 'paper.njk', permalink: ({ page }) => `/papers/${page.fileSlug}/` }
