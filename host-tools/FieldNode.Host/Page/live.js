// Asks the host, and hears from it when something has changed. When the host stops, says so and goes on by itself.
const SILENCE_MS = 40000;
const PAUSE_MS = 1000;
const ANSWER_MS = 20000;

export async function ask(path, values = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  return send(`${path}?${query}`, { headers: { accept: 'application/json' } });
}

// For what must stand in no address: a person's code would stay in histories and logs.
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

// Nobody is signed in here any more: leads to where one signs in, and back afterwards.
export function leadToSignIn() {
  location.replace(`/sign-in?${new URLSearchParams({ then: location.pathname + location.search + location.hash })}`);
}

// Calls changed() for each change, at most once a second, and broken() when the line breaks. Where changed() comes to false, no answer came, and it is
// called again: the line can be alive when a question is lost. A browser gives a host six lines for all its pages: one that nobody looks at gives its
// line back, and is drawn anew when somebody does.
export function listen(changed, broken) {
  let source;
  let heard;
  let waiting = null;
  const hear = () => {
    clearTimeout(heard);
    heard = setTimeout(open, SILENCE_MS); // a line can break without a word
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
