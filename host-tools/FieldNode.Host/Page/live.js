// Asks the host, and hears from it when something has changed. When the host stops, says so and goes on by itself.
const SILENCE_MS = 40000;
const PAUSE_MS = 1000;

export async function ask(path, values = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  const response = await fetch(`${path}?${query}`, { headers: { accept: 'application/json' } });
  const body = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(body.detail ?? response.statusText), { code: body.code, status: response.status });
  }

  return body;
}

export async function tell(path, value) {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
  if (!response.ok) {
    const body = await response.json();
    throw Object.assign(new Error(body.detail ?? response.statusText), { code: body.code, status: response.status });
  }
}

// Calls changed() for each change, at most once a second, and state(isLive) when the line breaks or comes back.
export function listen(changed, state) {
  let source;
  let heard;
  let waiting = null;
  const hear = () => {
    clearTimeout(heard);
    heard = setTimeout(open, SILENCE_MS); // a line can break without a word
    state(true);
  };
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      changed();
    }, PAUSE_MS);
  };

  function open() {
    source?.close();
    source = new EventSource('/api/events');
    source.addEventListener('open', () => {
      hear();
      changed();
    });
    source.addEventListener('beat', hear);
    source.addEventListener('change', () => {
      hear();
      soon();
    });
    source.addEventListener('error', () => {
      state(false);
      clearTimeout(heard);
      heard = setTimeout(open, source.readyState === EventSource.CLOSED ? PAUSE_MS * 3 : SILENCE_MS);
    });
  }

  open();
}
