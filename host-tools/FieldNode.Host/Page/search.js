// Search by code: the people in a tube, the state of a bag, the records of a person.
import { tell } from './live.js';
import { el, resolved, table } from './dom.js';
import { word } from './words.js';

let last = '';

export async function search() {
  const results = el('div', { id: 'results', 'aria-live': 'polite' });
  const input = el('input', { id: 'code', name: 'code', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: '64', value: last });
  const form = el('form', { role: 'search', onsubmit: event => {
    event.preventDefault();
    find(input.value.trim(), results);
  } }, el('label', { for: 'code' }, word('searchLabel')), input, el('button', { type: 'submit' }, word('searchGo')));
  if (last) {
    find(last, results);
  }

  return el('section', {}, el('h2', {}, word('search')), form, results);
}

async function find(code, results) {
  last = code;
  if (!code) {
    return;
  }

  try {
    const found = await tell('/api/search', { code });
    const parts = [...found.tubes.map(tube), ...found.bags.map(bag), ...(found.person ? [person(found.person)] : [])];
    results.replaceChildren(...(parts.length > 0 ? parts : [el('p', { class: 'empty' }, word('notFound', code))]));
  } catch (error) {
    results.replaceChildren(el('p', { class: 'empty', role: 'alert' }, error.message));
  }
}

const heads = () => [word('position'), word('person'), word('name'), word('phone'), word('door'), word('category'), word('operator'), word('time'), word('tube')];

function row(one, where) {
  return [where ?? one.position, one.person, one.roster?.name ?? '', one.roster?.phone ?? '', one.roster ? `${one.roster.building} ${one.roster.household}`.trim() : '', word(one.category), one.operator, resolved(one.time), one.tube];
}

function tube(t) {
  const title = word('tubeTitle', t.tube, t.round, `${t.site} ${t.lane}`.trim());
  const neighbour = other => other ? `${other.tube} (${other.people}), ${resolved(other.opened)}` : '–';
  return el('article', {},
    el('h3', {}, title),
    t.positive ? el('p', { class: 'alarm' }, `⚠ ${word('positive', t.positive)}`) : null,
    table(title, heads(), t.people.map(one => row(one))),
    t.queueBefore.length + t.queueAfter.length > 0 ? table(word('queueAround'), heads(), [...t.queueBefore.map(one => row(one, word('before'))), ...t.queueAfter.map(one => row(one, word('after')))]) : null,
    el('dl', { class: 'facts' },
      el('dt', {}, word('opened')), el('dd', {}, resolved(t.opened)),
      el('dt', {}, word('tubeBefore')), el('dd', {}, neighbour(t.tubeBefore)),
      el('dt', {}, word('tubeAfter')), el('dd', {}, neighbour(t.tubeAfter)),
      el('dt', {}, word('inBag')), el('dd', {}, t.bag ? `${t.bag.code}, ${word(`bag-${t.bag.receiver ? 'handed-over' : t.bag.isSealed ? 'sealed' : 'open'}`)} ${t.bag.receiver ? `${t.bag.giver} → ${t.bag.receiver} ${resolved(t.bag.handedOver)}` : ''}` : word('noBag'))));
}

function bag(b) {
  return el('article', {}, el('h3', {}, `${word('inBag')} ${b.bag}, ${word(`bag-${b.state}`)}`),
    el('p', {}, `${`${b.site} ${b.lane}`.trim()} · ${b.giver} → ${b.receiver} ${resolved(b.handedOver)}`),
    table(word('tubes'), [word('position'), word('tube'), word('people')], b.row.tubes.map((one, i) => [i + 1, one.code, one.people < 0 ? '–' : one.people])));
}

function person(p) {
  return el('article', {}, el('h3', {}, word('personTitle', p.person)),
    el('p', {}, p.roster ? `${p.roster.name} · ${p.roster.site} · ${word('building')} ${p.roster.building} · ${word('household')} ${p.roster.household} · ${p.roster.phone}` : word('onNoRoster')),
    p.sampled.length === 0 ? el('p', {}, word('neverSampled')) : table(word('sampled'), [word('round'), word('lane'), word('tube'), word('position'), word('category'), word('operator'), word('time')],
      p.sampled.map(one => [one.round, `${one.site} ${one.lane}`.trim(), one.tube, one.position, word(one.category), one.operator, resolved(one.time)])),
    p.turnedAway.length === 0 ? null : table(word('reason'), [word('round'), word('lane'), word('reason'), word('time')], p.turnedAway.map(one => [one.round, `${one.site} ${one.lane}`.trim(), word(one.reason), resolved(one.time)])),
    p.household.length === 0 ? null : table(word('sameHousehold'), [word('person'), word('name'), word('roundsDone')], p.household.map(one => [one.person, one.name, one.roundsDone || '–'])));
}
