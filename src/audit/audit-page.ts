import { basename } from 'node:path';
import { createHash } from 'node:crypto';
import {
  CSS,
  JAVASCRIPT,
  ONE_DAY,
  pagePolicy,
  REVALIDATE,
  type StaticFile,
} from '../http/static-files.js';

const ASSETS = '/audit/assets';

/** Where browsers find the libraries that the page's modules import by name. */
const LIBRARIES: Record<string, string> = {
  lit: 'lit/index.js',
  'lit-html': 'lit-html/lit-html.js',
  'lit-html/is-server.js': 'lit-html/is-server.js',
  'lit-element/lit-element.js': 'lit-element/lit-element.js',
  '@lit/reactive-element': '@lit/reactive-element/reactive-element.js',
  uplot: 'uplot/dist/uPlot.esm.js',
};

const MODULES = [
  'audit-app.js',
  'audit-timeline.js',
  'charts.js',
  'formats.js',
  'history.js',
  'session.js',
  'sign-in-form.js',
  'time-chart.js',
];

/** The page's own modules and the few files of its libraries, by the names under which they are served. */
export const AUDIT_PAGE_FILES: ReadonlyMap<string, StaticFile> = new Map([
  ...Object.values(LIBRARIES).map((path) => library(path, JAVASCRIPT)),
  library('@lit/reactive-element/css-tag.js', JAVASCRIPT),
  library('uplot/dist/uPlot.min.css', CSS),
  ...MODULES.map((name) => own(`dist/src/audit/page/${name}`, JAVASCRIPT)),
  own('src/audit/page/page.css', CSS),
]);

const IMPORT_MAP = JSON.stringify({
  imports: Object.fromEntries(
    Object.entries(LIBRARIES).map(([name, path]) => [name, `${ASSETS}/${served(path)}`]),
  ),
});

/** An import map can only be written into the page; its hash lets it pass, and nothing else that is written there. */
export const AUDIT_PAGE_POLICY = pagePolicy(
  `'sha256-${createHash('sha256').update(IMPORT_MAP).digest('base64')}'`,
);

/** The page on which users see their own record. */
export const AUDIT_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>MindFlow record</title>
    <link rel="icon" href="/api/docs/assets/favicon-32x32.png">
    <link rel="stylesheet" href="${ASSETS}/uPlot.min.css">
    <link rel="stylesheet" href="${ASSETS}/page.css">
    <script type="importmap">${IMPORT_MAP}</script>
    <script type="module" src="${ASSETS}/audit-app.js"></script>
  </head>
  <body>
    <audit-app></audit-app>
    <noscript>This page needs JavaScript.</noscript>
  </body>
</html>
`;

function library(path: string, type: string): [string, StaticFile] {
  return [served(path), { path: `node_modules/${path}`, type, caching: ONE_DAY }];
}

function own(path: string, type: string): [string, StaticFile] {
  return [served(path), { path, type, caching: REVALIDATE }];
}

/** The last part of a path, but `index.js` is named after its package. */
function served(path: string): string {
  return basename(path.replace(/\/index(?=\.js$)/, ''));
}
