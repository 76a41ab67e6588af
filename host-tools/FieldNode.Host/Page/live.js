// Sends requests to the host, and listens for changes. When the host stops, reports it and reconnects automatically.
const SILENCE_MS = 40000;
const PAUSE_MS = 1000;
const ANSWER_MS = 20000;

export async function ask(path, values = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  return send(`${path}?${query}`, { headers: { accept: 'application/json' } });
}

// For values that must not be in a URL: a person's code would stay in histories and logs.
export function tell(path, value) {
  return send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
}

async function send(path, request) {
  const response = await fetch(path, { ...request, signal: AbortSignal.timeout(ANSWER_MS) });
  const body = response.status === 204 ? null : await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(body.detail ?? response.statusText), { code: body.code, status: response.status });
  }

  return body;
}

// The session has ended: opens the sign-in page, which returns here afterwards.
export function leadToSignIn() {
  location.replace(`/sign-in?${new URLSearchParams({ then: location.pathname + location.search + location.hash })}`);
}

// Calls changed() for each change, at most once a second, and broken() when the connection breaks. If changed() resolves to false, no
// answer came and it is called again: the event connection can be alive when a request is lost. A browser opens at most six connections to
// a host for all its pages, so a hidden page closes its connection, and is redrawn when it is shown again.
export function listen(changed, broken) {
  let source;
  let heard;
  let waiting = null;
  const hear = () => {
    clearTimeout(heard);
    heard = setTimeout(open, SILENCE_MS); // a connection can break without an error
  };
  const soon = pause => {
    waiting ??= setTimeout(() => {
      waiting = null;
      renew();
    }, pause);
  };
  const renew = async () => {
    if (await changed() === false && source) {
      soon(PAUSE_MS * 3);
    }
  };

  function close() {
    clearTimeout(heard);
    clearTimeout(waiting);
    waiting = null;
    source?.close();
    source = null;
  }

  function open() {
    close();
    if (document.hidden) {
      return;
    }

    hear();
    source = new EventSource('/api/events');
    renew();
    source.addEventListener('beat', hear);
    source.addEventListener('change', () => {
      hear();
      soon(PAUSE_MS);
    });
    source.addEventListener('error', () => {
      broken();
      clearTimeout(heard);
      heard = setTimeout(open, PAUSE_MS * 3);
    });
  }

  document.addEventListener('visibilitychange', open);
  addEventListener('pagehide', close);
  addEventListener('pageshow', event => event.persisted && open());
  open();
}
