// The open doubts, with evidence; each can be decided here.
import { ask, tell } from './live.js';
import { clock, el, resolved, table } from './dom.js';
import { word } from './words.js';

export async function doubts({ role, redraw }) {
  const answer = await ask('/api/doubts');
  const note = el('input', { id: 'note', name: 'note', maxlength: '120' });
  const said = el('p', { role: 'status', 'aria-live': 'polite' });
  const { dialog, why } = reasonDialog(note);
  const decide = async (doubt, choice, value) => {
    if (choice === 'strike' && !await why()) {
      return;
    }

    try {
      await tell('/api/decide', { doubt: doubt.id, choice, value, note: note.value.trim() });
      await redraw();
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const takeBack = async decision => {
    try {
      await tell('/api/take-back', { decision });
      await redraw();
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const mayDecide = role === 'coordinator';
  const open = answer.doubts.length === 0 ? el('p', { class: 'good' }, word('noDoubts')) : el('div', {},
    dialog,
    mayDecide ? el('div', { class: 'form' }, el('label', { for: 'note' }, word('note')), note) : el('p', { class: 'empty' }, word('coordinatorDecides')), said,
    answer.doubts.map(doubt => one(doubt, mayDecide ? decide : null)),
    Object.entries(answer.counts).filter(([kind, count]) => answer.doubts.filter(doubt => doubt.kind === kind).length === answer.limit && count > answer.limit).map(([kind, count]) => el('p', {}, word('doubtsShown', word(`doubt-${kind}`), answer.doubts.filter(doubt => doubt.kind === kind).length, count))));
  return el('div', {},
    el('section', {}, el('h2', {}, word('doubts')), open),
    answer.decisions.length === 0 ? null : el('section', {}, el('h2', {}, word('decisions')), table(word('decisions'), [word('time'), word('what'), word('about'), word('who'), word('note'), ...(mayDecide ? [''] : [])],
      answer.decisions.map(row => [clock(row.at), `${word(`decision-${row.what}`)} ${row.value}`.trim(), row.about, row.who, row.note, ...(mayDecide ? [el('button', { type: 'button', onclick: () => takeBack(row.id) }, word('takeBack'))] : [])]))));
}

// Asks for a reason before a record is struck, so that one click is not enough.
function reasonDialog(note) {
  const reason = el('input', { id: 'reason', maxlength: '120', required: '' });
  const dialog = el('dialog', {}, el('form', { method: 'dialog' },
    el('p', {}, el('label', { for: 'reason' }, word('whyStrike'))), el('p', {}, reason),
    el('p', { class: 'buttons' }, el('button', { value: 'yes' }, word('strikeIt')), ' ', el('button', { type: 'button', onclick: () => dialog.close('') }, word('cancel')))));
  const why = () => new Promise(resolve => {
    reason.value = note.value.trim();
    dialog.addEventListener('close', () => {
      note.value = reason.value.trim();
      resolve(dialog.returnValue === 'yes' && note.value !== '');
    }, { once: true });
    dialog.returnValue = '';
    dialog.showModal();
  });
  return { dialog, why };
}

const evidenceMax = 20;

function what(item) {
  return [
    item.tube ? word('evidencePerson', item.tube, item.position) : '',
    item.bag ? word('evidenceBag', item.bag) : '',
    item.count === null ? '' : word({ tube: 'evidencePeople', bag: 'evidenceTubes', clone: 'evidenceRecords', image: 'evidenceRecords' }[item.of] ?? 'evidencePeople', item.count),
    item.of === 'unreadable' ? word(`evidence-${item.words}`) : item.of === 'lane' ? `${word(`evidence-${item.variant}`)}: ${item.words}` : item.words,
  ].filter(Boolean).join(', ');
}

function one(doubt, decide) {
  const button = (text, choice, value) => decide && el('button', { type: 'button', onclick: () => decide(doubt, choice, value) }, text);
  const isDouble = ['twice', 'tube', 'packed', 'bag'].includes(doubt.kind);
  const evidence = doubt.evidence.slice(0, evidenceMax).map(item => el('li', {},
    el('span', {}, [item.where, resolved(item.time), what(item)].filter(Boolean).join(' · ')), el('small', {}, ` ${item.record} ${item.of === 'lane' ? '' : item.variant}`), ' ',
    isDouble ? button(word('strike'), 'strike', item.record) : doubt.kind === 'conflict' ? button(word('keep'), 'keep', item.variant) : null));
  const at = el('input', { type: 'datetime-local', 'aria-label': word('madeAt') });
  return el('article', { class: 'doubt' },
    el('h3', {}, `${word(`doubt-${doubt.kind}`)}: ${[doubt.code, doubt.where, doubt.kind === 'gap' ? doubt.id.split('/').at(-1) : '', `(${doubt.count})`].filter(Boolean).join(' ')}`),
    el('ul', {}, evidence, doubt.evidence.length > evidenceMax ? el('li', {}, word('evidenceMore', doubt.evidence.length - evidenceMax)) : null),
    el('p', { class: 'buttons' },
      doubt.kind === 'conflict' || doubt.kind === 'unreadable' ? button(word('strikeAll'), 'strike') : null,
      doubt.kind === 'clock' && decide ? [at, el('button', { type: 'button', onclick: () => decide(doubt, 'time', at.value ? new Date(at.value).toISOString() : '') }, word('madeAt'))] : null,
      button(word('accept'), 'accept')));
}
