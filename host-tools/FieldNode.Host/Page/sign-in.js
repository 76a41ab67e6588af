// Signs in by a link's token, which is after the # and so is never logged, or by name and password; then opens the requested page.
import { ask, tell } from './live.js';
import { el, languageButton, plainWarning } from './dom.js';
import './theme.js';
import { language, word } from './words.js';

const main = document.getElementById('main');
const link = new URLSearchParams(location.hash.slice(1)).get('link');
const wantsPassword = location.hash === '#password';
let show = signIn;

// The page to open next; only pages of this host. Compares whole URLs, because a path that begins with two slashes is another host's.
function then(role) {
  const path = new URLSearchParams(location.search).get('then') ?? '/';
  const home = new URL(role === 'screen' ? '/board' : '/', location.origin).href;
  const wanted = URL.canParse(path, location.origin) ? new URL(path, location.origin) : null;
  return wanted?.origin === location.origin && !(role === 'screen' && wanted.pathname === '/') ? wanted.href : home;
}

function draw(title, form, ...more) {
  document.documentElement.lang = language;
  main.replaceChildren(...[plainWarning(), el('h2', {}, word(title)), form, ...more].filter(Boolean));
  main.querySelector('input')?.focus();
}

function field(id, name, type, autocomplete, minimum) {
  return [el('label', { for: id }, word(name)), el('input', { id, type, autocomplete, required: true, minlength: minimum, maxlength: '128' })];
}

// A form that sends its fields to the host and shows a refusal below.
function form(button, fields, send) {
  const said = el('p', { role: 'alert', class: 'alarm' });
  return el('form', { class: 'upright', onsubmit: async event => {
    event.preventDefault();
    try {
      await send(id => document.getElementById(id).value);
    } catch (error) {
      said.textContent = refusal(error);
    }
  } }, ...fields, el('button', { type: 'submit' }, word(button)), said);
}

function refusal(error) {
  return { 'wrong-password': word('wrongPassword'), 'link-used': word('linkUsed'), 'too-many-tries': word('tooManyTries'), 'bad-password': word('badPassword') }[error.code] ?? error.message;
}

function signIn() {
  draw('signIn', form('signIn', [field('name', 'account', 'text', 'username'), field('password', 'password', 'password', 'current-password')].flat(), async value => {
    const me = await tell('/api/sign-in', { name: value('name'), password: value('password') });
    location.replace(then(me.role));
  }));
}

function choosePassword(me) {
  const before = me.hasPassword ? field('before', 'passwordBefore', 'password', 'current-password') : [];
  draw('choosePassword', form('save', [...before, ...field('password', 'passwordNew', 'password', 'new-password', '10')], async value => {
    await tell('/api/password', { password: value('password'), before: me.hasPassword ? value('before') : null });
    location.replace(then(me.role));
  }), el('p', {}, word('passwordWhy')), el('p', {}, el('a', { href: then(me.role) }, word(me.hasPassword ? 'back' : 'later'))));
}

// A link works once, so a person has to press the button: a program that previews links must not use it up.
function follow() {
  draw('signIn', form('go', [], async () => {
    const me = await tell('/api/sign-in', { link });
    history.replaceState(null, '', location.pathname + location.search); // removes the token from the history, without a hashchange event
    if (me.role === 'screen' || me.hasPassword) {
      location.replace(then(me.role));
      return;
    }

    show = () => choosePassword(me);
    show();
  }));
  main.querySelector('button').focus();
}

if (link) {
  show = follow;
} else {
  const me = await ask('/api/me').catch(() => null);
  if (me && wantsPassword) {
    show = () => choosePassword(me);
  } else if (me) {
    location.replace(then(me.role)); // signed in already: coming from another site or an e-mail, a browser sends no cookie
  }
}

addEventListener('hashchange', () => location.reload()); // another link was entered in the address bar

languageButton(() => show());
show();
