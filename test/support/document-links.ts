import { existsSync, globSync, readFileSync } from 'node:fs';

const DOCUMENTS = ['*.md', 'docs/**/*.md', 'helm/**/*.md'];

/**
 * The links in the Markdown files of a directory that lead to no file, or to no heading of one, as `FILE: LINK`.
 * Links to other sites are not followed.
 */
export function brokenLinks(root: URL): string[] {
  return globSync(DOCUMENTS, { cwd: root }).flatMap((name) => {
    const file = new URL(name, root);
    return linksOf(readFileSync(file, 'utf8'))
      .filter((link) => !leadsSomewhere(new URL(link, file)))
      .map((link) => `${name}: ${link}`);
  });
}

function linksOf(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? []);
}

function leadsSomewhere(target: URL): boolean {
  if (target.protocol !== 'file:') return true;
  const heading = decodeURIComponent(target.hash.slice(1));
  target.hash = '';
  return existsSync(target) && (heading === '' || headingsOf(readFileSync(target, 'utf8')).includes(heading));
}

/** The anchors that GitHub gives to headings: https://docs.github.com/en/get-started/writing-on-github */
function headingsOf(markdown: string): string[] {
  return [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Markdown without code blocks, in which a `#` begins a comment. */
function prose(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '');
}
