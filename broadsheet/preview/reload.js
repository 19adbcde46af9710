// Reloads this page when its bytes changed, and shows what keeps the newest state from being shown.
const mine = new URL(import.meta.url).searchParams.get('page');
const events = new EventSource('/__broadsheet/events');

async function follow() {
  const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
  const now = (answer.headers.get('ETag') || '').replaceAll('"', '');
  if (now && now !== mine) location.reload();
  else show(await (await fetch('/__broadsheet/problems', { cache: 'no-store' })).json());
}

function show(problems) {
  document.getElementById('broadsheet-problems')?.remove();
  if (!problems.length) return;
  const box = document.createElement('section');
  box.id = 'broadsheet-problems';
  box.setAttribute('role', 'alert');
  Object.assign(box.style, {
    position: 'fixed', inset: '0 0 auto 0', zIndex: 1000, maxHeight: '60vh', overflow: 'auto', padding: '1rem 1.5rem',
    background: '#7a1f1f', color: '#fff', font: '14px/1.5 ui-monospace, monospace', whiteSpace: 'pre-wrap',
  });
  const title = document.createElement('strong');
  title.textContent = problems.length === 1 ? 'One problem; below is the last good page.' : `${problems.length} problems; below is the last good page.`;
  const text = document.createElement('p');
  text.textContent = problems.map((each) => each.hint ? `${each.text}\n    ${each.hint}` : each.text).join('\n');
  text.style.margin = '.5rem 0 0';
  box.append(title, text);
  document.body.prepend(box);
}

events.addEventListener('changed', follow);
addEventListener('pagehide', () => events.close());
follow();
