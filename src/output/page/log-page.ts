import type { ChangeLog } from '../../changes/change-log.ts';
import { earliestTime, type LogEntry, latestTime } from '../../changes/log-entry.ts';
import { CLUSTER } from '../../types/archive-paths.ts';
import { authorTexts } from '../changes/authors.ts';
import { deletionNote } from '../changes/words.ts';
import { notShownText } from '../diff-words.ts';
import { LIMIT_NOTE, logSummary, managersText, objectText, whenText } from '../log-words.ts';
import { clockFor } from '../print/units.ts';
import { type ArchivesFacts, archivesTable } from './archives-page.ts';
import { documentEnd, documentStart, type PageFacts, secretsNotice, toolsHtml } from './document.ts';
import { counted, plain, shownProse } from './html.ts';
import { changesHint, commandText, itemHtml, narrowedTo, type PageItem, PageItems } from './item.ts';
import { Lanes } from './lanes.ts';
import { timelineHtml } from './timeline.ts';

/** What the page shows in addition to the log. */
export interface LogPageFacts extends PageFacts, Pick<ArchivesFacts, 'rows' | 'uncopied'> {
  /** See shortTypes. */
  readonly typeName: (type: string) => string;
}

/** More changes are only counted. */
const MOST_ITEMS = 20_000;

/** With more changes than this, each is laid out only when it is scrolled into view. */
const FEW_ITEMS = 300;

const KEYS = [
  [['+', '-'], 'zoom in and out'],
  [['←', '→'], 'earlier and later'],
  [['0'], 'all of the time'],
] as const;

/** The entries of one archive. */
interface Night {
  readonly title: string;
  readonly items: PageItem[];
}

/** A log as one HTML file that loads nothing, piece by piece: charts over all archives, and every change, the newest first. */
export async function* logPage(log: ChangeLog, facts: LogPageFacts): AsyncGenerator<string> {
  const { zone } = facts;
  const times = log.archives.map(({ time }) => Date.parse(time));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const lanes = { project: new Lanes('project', from, to), type: new Lanes('type', from, to) };
  const items = new PageItems();
  const nights: Night[] = [];
  const when = clockFor(
    log.archives.map(({ time }) => time),
    zone,
  );
  let total = 0;
  let isLimited = false;
  for await (const entry of log.entries) {
    if (entry === 'limit') {
      isLimited = true;
      continue;
    }
    total += 1;
    for (const project of entry.projects ?? [entry.object.project ?? CLUSTER])
      lanes.project.add(project, entry);
    lanes.type.add(entry.object.type, entry);
    if (items.made < MOST_ITEMS)
      nightOf(nights, `Until ${when(entry.interval.after.time)}`).items.push(itemOf(items, entry, facts));
  }
  const title = `Changes in ${counted(log.archives.length, 'archive')}`;
  yield documentStart(title, KEYS);
  yield `<p class="lead">${shownProse(logSummary(total, log, zone))}.</p>\n`;
  yield secretsNotice(facts);
  const notShown = notShownText(log.notShown);
  const notices = [
    ...log.unread.map(({ archive, reason }) => `Not read: ${archive.name} (${reason})`),
    ...log.notes,
    ...(isLimited ? [LIMIT_NOTE] : []),
    ...(notShown === null ? [] : [`Not shown: ${notShown}`]),
  ];
  yield notices.map((text) => `<p class="notice">${shownProse(text)}</p>\n`).join('');
  yield '</header>\n<main>\n';
  yield timelineHtml(facts.archives, new Map(), '', zone);
  if (total > 0) {
    yield `<section><h2>Over time</h2>\n${zoomHtml(from, to, zone)}`;
    const ticks = times.length > 100 ? [] : times;
    yield lanes.project.html(ticks, when);
    yield `${lanes.type.html(ticks, when)}</section>\n`;
  }
  yield archivesTable(facts);
  yield `<section id="changes"${items.made > FEW_ITEMS ? ' class="many"' : ''}><h2>Changes</h2>\n`;
  yield toolsHtml('Search objects, managers and fields', 'change', 'changes');
  if (total > items.made)
    yield `<p class="notice">${counted(total - items.made, 'more change')} are too many for this page. Use <kbd>--since</kbd> or a PROJECT for a smaller page.</p>\n`;
  for (const night of nights) {
    yield `<section class="group"><h3><span class="label">${shownProse(night.title)}</span></h3><ul>\n`;
    for (const item of night.items) yield `${itemHtml(item, false)}\n`;
    yield '</ul></section>\n';
  }
  yield '</section>\n</main>\n';
  yield documentEnd(facts);
}

function nightOf(nights: Night[], title: string): Night {
  const last = nights.at(-1);
  if (last?.title === title) return last;
  const night = { title, items: [] };
  nights.push(night);
  return night;
}

function itemOf(items: PageItems, entry: LogEntry, { zone, typeName, options }: LogPageFacts): PageItem {
  const { object, interval } = entry;
  const { change, changes } = object;
  const hint = changes.length === 0 ? change : changesHint(changes);
  const manager = managersText(entry);
  const recreated = object.attribution?.isRecreated === true ? 'recreated' : '';
  const parts = [whenText(entry, zone), manager, recreated, `${hint}${deletionNote(object)}`];
  const about = parts.filter((part) => part !== '');
  // Managers stand beside the title; for each change, the page repeats them only if there are several.
  const authors = { object: '', changes: entry.authors.length > 1 ? authorTexts(object, zone).changes : [] };
  const command = commandText([
    'diff',
    interval.before.name,
    interval.after.name,
    ...narrowedTo(object),
    ...options,
  ]);
  return items.make({
    sign: change,
    title: objectText(entry, typeName),
    about: about.join(' · '),
    changes,
    authors,
    command,
    time: { from: earliestTime(entry), to: latestTime(entry) },
  });
}

/** Buttons that choose a part of the time; hidden without a script. */
function zoomHtml(from: number, to: number, zone: string): string {
  const button = (id: string, text: string) => `<button type="button" id="${id}">${text}</button>`;
  return `<div id="zoom" class="tools" role="group" aria-label="Zoom" data-from="${from}" data-to="${to}" data-zone="${plain(zone)}" hidden>
${button('in', 'Zoom in')}${button('out', 'Zoom out')}${button('earlier', 'Earlier')}${button('later', 'Later')}${button('all', 'All')}
<span id="range" role="status"></span></div>\n`;
}
