// Small helpers to build the document. Strings become text nodes: no helper accepts HTML.
import { language, setLanguage, word } from './words.js';

export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }

  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

// The button that switches the language; calls changed() when pressed.
export function languageButton(changed) {
  const button = document.getElementById('language');
  const show = () => {
    button.textContent = language === 'zh' ? 'English' : '中文';
    button.lang = language === 'zh' ? 'en' : 'zh';
  };
  button.addEventListener('click', () => {
    setLanguage(language === 'zh' ? 'en' : 'zh');
    show();
    changed();
  });
  show();
}

// A warning if the connection is not encrypted; null on https and on this computer itself (http://127.0.0.1).
export function plainWarning() {
  return isSecureContext ? null : el('p', { class: 'plain', role: 'note' }, word('plain'));
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }

  element.append(...children.flat());
  return element;
}

// A table with a caption for screen readers, in a box that scrolls sideways on a phone.
export function table(caption, heads, rows) {
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el('table', {},
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, heads.map(head => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, rows.map(cells => el('tr', {}, cells.map((cell, i) => i === 0 ? el('th', { scope: 'row' }, cell ?? '') : el('td', {}, cell ?? '')))))));
}

export function ago(time, now) {
  if (!time) {
    return word('never');
  }

  const seconds = Math.max(0, Math.round((new Date(now) - new Date(time)) / 1000));
  if (seconds < 90) {
    return word('secondsAgo', seconds);
  }

  const minutes = Math.round(seconds / 60);
  if (minutes < 90) {
    return word('minutesAgo', minutes);
  }

  const hours = Math.round(minutes / 60);
  return hours < 48 ? word('hoursAgo', hours) : word('daysAgo', Math.round(hours / 24));
}

const pad = number => String(number).padStart(2, '0');

export function clock(time) {
  if (!time) {
    return '';
  }

  const at = new Date(time);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const today = new Date();
  const isToday = at.toDateString() === today.toDateString();
  return `${isToday ? '' : day + ' '}${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

// A time, or its bounds if it is not known exactly.
export function resolved(time) {
  if (time?.at) {
    return clock(time.at);
  }

  return [time?.from ? `≥ ${clock(time.from)}` : '', time?.to ? `≤ ${clock(time.to)}` : ''].join(' ').trim();
}

export function share(part, whole) {
  return whole ? `${(100 * part / whole).toFixed(1)} %` : '';
}
