// The reader's choice of light or dark, before anything is drawn; and `/` for the search box.
(() => {
  const root = document.documentElement
  root.classList.add('scripted')
  const stored = () => { try { return localStorage.getItem('theme') } catch { return null } }
  const apply = theme => { if (theme === 'light' || theme === 'dark') root.dataset.theme = theme }
  apply(stored())

  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const typing = element => element?.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')

  document.addEventListener('DOMContentLoaded', () => {
    const button = document.querySelector('.theme')
    const label = () => { button.textContent = isDark() ? 'Light' : 'Dark'; button.setAttribute('aria-label', `Switch to ${button.textContent.toLowerCase()} colours`) }
    if (!button) return
    button.hidden = false
    label()
    button.addEventListener('click', () => {
      const theme = isDark() ? 'light' : 'dark'
      apply(theme)
      try { localStorage.setItem('theme', theme) } catch { /* private mode: the choice lasts for this page */ }
      label()
    })
  })

  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    const box = document.querySelector('input[type=search]')
    if (!box) return
    event.preventDefault()
    box.focus()
    box.select()
  })
})()
