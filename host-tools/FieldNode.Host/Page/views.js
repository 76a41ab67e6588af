// One function per tab: requests its data and returns its content.
import { ask } from './live.js';
import { buildings, progress } from './charts.js';
import { ago, clock, el, resolved, share, table } from './dom.js';
import { doubts } from './doubts.js';
import { search } from './search.js';
import { word } from './words.js';

function section(title, ...children) {
  return el('section', {}, el('h2', {}, title), ...children);
}

function tiles(list) {
  return el('dl', { class: 'figures' }, list.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

function meter(value, max, text) {
  return el('span', { class: 'meter' }, el('progress', { value, max, 'aria-label': text }), ` ${text}`);
}

async function board({ board: b }) {
  const problems = b.problems.length === 0
    ? el('p', { class: 'good' }, word('noProblems'))
    : el('ul', { class: 'problems' }, b.problems.map(problem => el('li', { class: problem.kind }, word(`problem-${problem.kind}`, problem.where || '–', problem.kind === 'silent-since' ? clock(problem.detail) : problem.detail))));
  return el('div', {},
    tiles([
      [word('sampled'), b.sampled],
      ...(b.expected ? [[word('done'), `${b.done} / ${b.expected}`]] : []),
      [word('waiting'), b.waiting],
      [word('perHour'), b.perHour],
      [word('lanesInPlace'), `${b.lanesInPlace} / ${b.lanesAll}`],
      [word('bagsHere'), b.bagsHere],
    ]),
    section(word('problems'), problems),
    section(word('lanes'), table(word('lanes'), [word('lane'), word('stateOf'), word('badge'), word('waiting'), word('group'), word('done'), word('perHour'), word('target'), word('finish'), word('heard'), word('unsent')],
      b.lanes.map(lane => [
        `${lane.site} ${lane.lane}`.trim(),
        el('span', { class: `tag ${lane.isInPlace ? 'ok' : 'off'}` }, [lane.isInPlace ? `✓ ${word('inPlace')}` : `✗ ${word('notInPlace')}`, lane.isTraining ? word('trainingMode') : '', lane.isGreen ? word('green') : ''].filter(Boolean).join(', ')),
        lane.badge,
        lane.waiting,
        lane.isTubeOpen ? meter(lane.inTube, lane.groupSize, `${lane.inTube}/${lane.groupSize}`) : '–',
        lane.done,
        lane.perHour || '–',
        lane.target || '–',
        lane.finish ? clock(lane.finish) : '–',
        ago(lane.heard, b.now),
        lane.unsent ?? '–',
      ]))));
}

async function coverage({ round, site }) {
  const c = await ask('/api/coverage', { round, site });
  const next = c.next ? el('p', { class: 'next' }, word('next', c.next.building, c.next.site, c.next.expected, c.next.slot)) : null;
  return el('div', {},
    section(word('coverage'),
      table(word('coverage'), [word('site'), word('expected'), word('done'), word('missing'), word('share'), word('households'), word('complete'), word('sampled')],
        c.sites.map(one => [one.site || '–', one.expected, one.done, one.missing, meter(one.done, Math.max(1, one.expected), share(one.done, one.expected)), one.households, one.householdsDone, one.sampled])),
      el('p', {}, word('notListed', c.notListed), ' · ', word('twiceN', c.twice)),
      el('p', {}, `${word('categories')}: ${c.categories.map(one => `${word(one.name)} ${one.people}`).join(', ')}`)),
    section(word('buildings'), next, c.buildings.length < c.buildingsAll ? el('p', {}, word('buildingsShown', c.buildings.length, c.buildingsAll)) : null, c.buildings.length === 0 ? el('p', { class: 'empty' }, word('noRoster')) : buildings(c.buildings, building => {
      missingIn = building;
      location.hash = 'missing';
    })));
}

let missingIn = null;

async function missing({ round, site }) {
  const m = await ask('/api/missing', { round, site: missingIn?.site ?? site, building: missingIn?.building });
  const where = missingIn ? el('p', {}, `${missingIn.site} · ${word('building')} ${missingIn.building} `, el('button', { type: 'button', onclick: () => {
    missingIn = null;
    dispatchEvent(new Event('hashchange'));
  } }, word('all'))) : null;
  const list = !m.hasRoster ? el('p', { class: 'empty' }, word('noRosterMissing')) : m.people.length === 0 ? el('p', { class: 'good' }, word('nobodyMissing')) : table(word('missing'), [word('name'), word('phone'), word('site'), word('building'), word('household'), word('person'), word('category'), word('mobility'), word('reason')],
    m.people.map(one => [one.name || '–', one.phone ? el('a', { href: `tel:${one.phone.replace(/[^0-9+]/g, '')}` }, one.phone) : '', one.site, one.building, one.household, one.person, one.category ? word(one.category) : '', one.mobility, one.reason ? word(one.reason) : '']));
  return section(word('missing'), where, m.hasRoster ? el('p', {}, word('missingOf', m.total, m.people.length < m.total ? word('shown', m.people.length) : '')) : null, list);
}

async function pace({ round, site }) {
  const p = await ask('/api/pace', { round, site });
  const hours = new Map();
  for (const hour of p.hours) {
    const at = hour.hour ? new Date(hour.hour).getTime() : null;
    hours.set(at, (hours.get(at) ?? 0) + hour.people);
  }

  const known = [...hours].filter(([at]) => at !== null).map(([at, people]) => ({ at, people })).sort((a, b) => a.at - b.at);
  const target = p.sites.reduce((sum, one) => sum + one.target, 0);
  const perHour = p.sites.reduce((sum, one) => sum + one.perHour, 0);
  const finish = p.sites.map(one => one.finish).filter(Boolean).sort().at(-1);
  let total = 0;
  const heads = [word('lane'), word('people'), word('perHour'), word('target'), word('finish')];
  const row = (name, one) => [name, one.people, one.perHour || '–', one.target || '–', one.finish ? clock(one.finish) : '–'];
  return el('div', {},
    section(word('paceTitle'), progress(known, target, perHour, finish), el('p', {}, finish ? word('forecast', clock(finish)) : word('noForecast'))),
    section(word('sites'), table(word('sites'), [word('site'), ...heads.slice(1)], p.sites.map(one => row(one.site || '–', one)))),
    section(word('hours'), table(word('hours'), [word('hour'), word('people'), word('total')], [...known.map(one => [clock(one.at), one.people, total += one.people]), ...(hours.has(null) ? [[word('clockUnknown'), hours.get(null), '']] : [])])),
    section(word('lanes'), table(word('lanes'), heads, p.lanes.slice(0, 300).map(one => row(`${one.site} ${one.lane}`.trim(), one)))));
}

async function bags() {
  const list = await ask('/api/bags');
  return section(word('bags'), list.length === 0 ? el('p', { class: 'empty' }, word('noBags')) : table(word('bags'), [word('inBag'), word('stateOf'), word('round'), word('lane'), word('tubes'), word('people'), word('giver'), word('receiver'), word('handedOver'), word('oldest')],
    list.map(bag => [bag.bag, word(`bag-${bag.state}`), bag.round, `${bag.site} ${bag.lane}`.trim(), bag.tubes, bag.people, bag.giver, bag.receiver, resolved(bag.handedOver), bag.oldestMinutes === null ? '' : `${word('minutes', bag.oldestMinutes)}${bag.isLate ? ` ⚠ ${word('late')}` : ''}`])));
}

async function training() {
  const list = await ask('/api/training');
  return section(word('training'), list.length === 0 ? el('p', { class: 'empty' }, word('noTraining')) : table(word('training'), [word('badge'), word('peopleRight'), word('errors'), word('accuracy'), word('perHour'), word('turns')],
    list.map(one => [one.badge || word('noBadge'), one.people, one.errors, `${one.percent} %`, one.perHour, one.turns])));
}

search.isStill = true; // results stay until the next search
doubts.isStill = true; // a redraw would discard a half-written decision

export const views = { board, coverage, missing, pace, search, bags, doubts, training };

// The host enforces these roles; views that it would refuse are not offered.
const ROLES = ['viewer', 'technician', 'coordinator'];
const NEEDS = { missing: 'coordinator', search: 'coordinator', doubts: 'technician' };

export function mayOpen(role, view) {
  return view in views && ROLES.indexOf(role) >= ROLES.indexOf(NEEDS[view] ?? 'viewer');
}
