// SVG charts, each with a text alternative.
import { clock, el, svg } from './dom.js';
import { word } from './words.js';

const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 32;

// Buildings as tiles: the fill height and a number show how much is done.
export function buildings(list, choose) {
  return el('ul', { class: 'tiles' }, list.map(building => {
    const part = building.expected ? building.done / building.expected : 0;
    const kind = building.missing === 0 ? 'full' : building.done === 0 ? 'none' : 'some';
    return el('li', {},
      el('button', { type: 'button', class: `tile ${kind}`, 'aria-label': `${building.site} ${word('building')} ${building.building}: ${building.done} / ${building.expected}`, onclick: () => choose(building) },
        svg('svg', { viewBox: '0 0 10 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, svg('rect', { x: 0, y: 10 - 10 * part, width: 10, height: 10 * part })),
        el('strong', {}, building.building || '–'),
        el('span', {}, `${building.done} / ${building.expected}`),
        el('small', {}, building.slot)));
  }));
}

// Cumulative people by hour, with the target as a line and the forecast dashed.
export function progress(hours, target, perHour, finish) {
  const points = [];
  let total = 0;
  for (const hour of hours) {
    if (points.length === 0) {
      points.push([hour.at, 0]);
    }

    total += hour.people;
    points.push([hour.at + 3600000, total]);
  }

  if (points.length === 0) {
    return el('p', {}, word('noForecast'));
  }

  const end = finish ? Math.max(points.at(-1)[0], new Date(finish).getTime()) : points.at(-1)[0];
  const top = Math.max(target, total, 1) * 1.05;
  const x = at => LEFT + (WIDTH - LEFT - RIGHT) * (at - points[0][0]) / Math.max(1, end - points[0][0]);
  const y = people => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * people / top;
  const line = list => list.map(([at, people]) => `${x(at).toFixed(1)},${y(people).toFixed(1)}`).join(' ');
  const marks = [];
  const step = nice(top / 4);
  for (let people = 0; people <= top; people += step) {
    marks.push(svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(people), y2: y(people) }), svg('text', { x: LEFT - 8, y: y(people) + 4, 'text-anchor': 'end' }, people));
  }

  const span = end - points[0][0];
  for (let i = 0; i <= 4; i++) {
    const at = points[0][0] + span * i / 4;
    marks.push(svg('text', { x: x(at), y: HEIGHT - 10, 'text-anchor': i === 0 ? 'start' : i === 4 ? 'end' : 'middle' }, clock(at).slice(-5)));
  }

  const picture = svg('svg', { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${word('paceTitle')}: ${total} / ${target || '–'}` }, marks, svg('polyline', { class: 'done', points: line(points) }));
  if (target > 0) {
    picture.append(svg('line', { class: 'target', x1: LEFT, x2: WIDTH - RIGHT, y1: y(target), y2: y(target) }), svg('text', { class: 'label', x: LEFT + 6, y: y(target) - 6 }, `${word('target')} ${target}`));
  }

  if (finish && perHour > 0) {
    picture.append(svg('polyline', { class: 'forecast', points: line([points.at(-1), [end, target]]) }));
  }

  return picture;
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map(one => one * power).find(one => one >= value) ?? value;
}
