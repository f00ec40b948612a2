import { KEYS_SCRIPT } from './script-keys.ts';
import { SEARCH_SCRIPT } from './script-search.ts';

/**
 * The page's script: text, since it runs in a browser and its hash stands in the page's
 * policy. All that it makes is text and attributes; markup comes from the page alone.
 */
export const SCRIPT = `'use strict';
(() => {
const byId = (id) => document.getElementById(id);
const items = [...document.querySelectorAll('.item')];
${SEARCH_SCRIPT}${KEYS_SCRIPT}
byId('tools').hidden = false;
tellFound();
openTarget();
})();
`;
