// The coordinator's page: one view per tab, reloaded when the host reports a change.
import { ask, leadToSignIn, listen, tell } from './live.js';
import { clock, el, languageButton, plainWarning } from './dom.js';
import { changeTheme } from './theme.js';
import { language, word } from './words.js';
import { mayOpen, views } from './views.js';

const main = document.getElementById('main');
const roundChoice = document.getElementById('round');
const siteChoice = document.getElementById('site');
const chosen = { round: '', site: '' };
let me = { name: '', role: '' };
let shownAt = null;
let drawing = 0;

function tab() {
  const name = location.hash.slice(1).split('?')[0];
  return mayOpen(me.role, name) ? name : 'board';
}

function drawFrame() {
  document.documentElement.lang = language;
  document.querySelectorAll('[data-word]').forEach(element => element.textContent = word(element.dataset.word));
  document.getElementById('account').textContent = me.name;
  document.getElementById('tabs').replaceChildren(...Object.keys(views).filter(name => mayOpen(me.role, name)).map(name => el('li', {}, el('a', { href: `#${name}`, 'aria-current': name === tab() ? 'page' : null }, word(name)))));
}

function drawChoices(board) {
  const fill = (select, values, first, value) => {
    const wanted = JSON.stringify([values, language]);
    if (select.dataset.values !== wanted) {
      select.dataset.values = wanted;
      select.replaceChildren(...(first ? [el('option', { value: '' }, first)] : []), ...values.map(one => el('option', { value: one }, one)));
    }

    select.value = value;
  };
  fill(roundChoice, board.rounds.map(String), null, chosen.round || String(board.round));
  fill(siteChoice, board.sites, word('all'), chosen.site);
}

async function draw() {
  const mine = ++drawing;
  try {
    const board = await ask('/api/board', chosen);
    const content = await views[tab()]({ ...chosen, board, role: me.role, redraw: draw });
    if (mine !== drawing) {
      return; // a newer draw() is running
    }

    drawChoices(board);
    shownAt = new Date();
    keepFocus(() => main.replaceChildren(content));
    main.dataset.view = tab();

    setState(true);
  } catch (error) {
    if (mine !== drawing) {
      return;
    }

    if (error.status === 401) {
      signIn();
    } else if (error.status < 500) {
      main.replaceChildren(el('p', { class: 'empty', role: 'alert' }, error.message));
    } else {
      setState(false);
      return false; // no answer: keep the current content
    }
  }
}

// A still view is not redrawn; only checks whether the host answers.
async function look() {
  try {
    drawChoices(await ask('/api/board', chosen));
    setState(true);
  } catch (error) {
    if (error.status === 401) {
      signIn();
    }

    setState(false);
    return false;
  }
}

// The session has ended. Clears the page, so that going back in the browser shows nothing of it.
function signIn() {
  main.replaceChildren();
  leadToSignIn();
}

// Keeps the keyboard focus when the view is redrawn.
function keepFocus(change) {
  const at = document.activeElement;
  const path = at && main.contains(at) && main.dataset.view === tab() ? [...main.querySelectorAll('a, button, input, select, [tabindex]')].indexOf(at) : -1;
  change();
  if (path >= 0) {
    [...main.querySelectorAll('a, button, input, select, [tabindex]')][path]?.focus({ preventScroll: true });
  }
}

function setState(isLive) {
  const state = document.getElementById('state');
  const text = isLive ? word('live') : shownAt ? word('stopped', clock(shownAt)) : word('connecting');
  if (state.textContent !== text) {
    state.textContent = text;
  }

  state.classList.toggle('down', !isLive);
}

roundChoice.addEventListener('change', () => {
  chosen.round = roundChoice.value;
  draw();
});
siteChoice.addEventListener('change', () => {
  chosen.site = siteChoice.value;
  draw();
});
languageButton(() => {
  drawFrame();
  draw();
});
document.getElementById('sign-out').addEventListener('click', async () => {
  try {
    await tell('/api/sign-out', {});
    main.replaceChildren();
    location.replace('/sign-in');
  } catch {
    setState(false); // the host did not get the request: the session still exists
  }
});
addEventListener('pageshow', event => event.persisted && location.reload());
document.getElementById('theme').addEventListener('click', changeTheme);
addEventListener('hashchange', () => {
  drawFrame();
  draw();
});

// The role decides which views are offered; the host checks each request itself.
async function begin() {
  drawFrame();
  setState(false);
  document.querySelector('header').append(...[plainWarning()].filter(Boolean));
  while (!me.role) {
    try {
      me = await ask('/api/me');
    } catch (error) {
      if (error.status === 401) {
        signIn();
        return;
      }

      await new Promise(resolve => setTimeout(resolve, 3000));
    }
  }

  drawFrame();
  listen(() => main.dataset.view === tab() && views[tab()].isStill ? look() : draw(), () => setState(false));
}

begin();
