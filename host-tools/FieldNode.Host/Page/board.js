// The big screen for the queue, readable from afar: which lane calls how many people. No names, no codes.
import { ask, leadToSignIn, listen } from './live.js';
import { clock, el, plainWarning } from './dom.js';
import './theme.js';
import { language, word } from './words.js';

const CALL_MS = 120000;
const site = new URLSearchParams(location.search).get('site') ?? '';
const main = document.getElementById('lanes');
let shownAt = null;

async function draw() {
  try {
    const board = await ask('/api/board', { site });
    shownAt = new Date();
    document.documentElement.lang = language;
    document.getElementById('where').textContent = site || (board.sites.length === 1 ? board.sites[0] : 'FieldNode');
    const lanes = board.lanes.filter(lane => lane.isInPlace && !lane.isTraining);
    main.style.setProperty('--columns', Math.min(4, Math.ceil(Math.sqrt(Math.max(1, lanes.length)))));
    main.replaceChildren(...lanes.map(lane => {
      const calls = lane.calledAt && new Date(board.now) - new Date(lane.calledAt) < CALL_MS;
      return el('section', { class: calls ? 'calls' : '' },
        el('h2', {}, board.sites.length > 1 && !site ? `${lane.site} ${lane.lane}` : lane.lane, lane.isGreen ? ` ${word('green')}` : ''),
        el('p', { class: 'call' }, calls ? `▶ ${word('bigNext', lane.called)}` : word('bigWait')),
        el('p', { class: 'group' }, el('strong', {}, lane.isTubeOpen ? `${lane.inTube}/${lane.groupSize}` : '–'), el('span', {}, word('group'))),
        el('p', { class: 'queue' }, el('strong', {}, lane.waiting), el('span', {}, word('inQueue'))));
    }));
    state(true);
  } catch (error) {
    if (error.status === 401) {
      leadToSignIn();
    }

    state(false);
    return error.status < 500;
  }
}

function state(isLive) {
  const element = document.getElementById('state');
  element.textContent = isLive ? '' : shownAt ? word('stopped', clock(shownAt)) : word('connecting');
  element.classList.toggle('down', !isLive);
}

document.querySelector('header').append(...[plainWarning()].filter(Boolean));
const tick = () => document.getElementById('clock').textContent = clock(new Date());
tick();
setInterval(tick, 5000);
setInterval(() => shownAt && draw(), 30000); // a call expires without a new record
listen(draw, () => state(false));
