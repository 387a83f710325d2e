import { PROBLEMS } from '../http/problem.js';

/** The page on which the API can be read and tried out. */
export const API_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>MindFlow API</title>
    <link rel="icon" href="/api/docs/assets/favicon-32x32.png">
    <link rel="stylesheet" href="/api/docs/assets/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/api/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** A file of its own, for the policy forbids scripts within the page. */
export const API_PAGE_SCRIPT = `window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
});
`;

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid #8884; } section:target { background: #fd05; }
code { font-size: 0.9em; } :root { color-scheme: light dark; }`;

/** Explains every code, each at the anchor that a problem's `type` names. */
export function errorsPage(catalogue: Map<string, string[]>): string {
  const sections = Object.keys(PROBLEMS).map((code) => {
    const paragraphs = (catalogue.get(code) ?? []).map((text) => `<p>${html(text)}</p>`);
    return `<section id="${code}">\n<h2><a href="#${code}"><code>${code}</code></a></h2>\n${paragraphs.join('\n')}\n</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MindFlow errors</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Errors</h1>
<p>Every error is <code>application/problem+json</code> with one of these codes.
<a href="/api/docs">The API</a> says which operation answers with which.</p>
${sections.join('\n')}
</body>
</html>
`;
}

/** The little Markdown that the catalogue is written in: bold and code. */
function html(markdown: string): string {
  return markdown
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replace(/`(.+?)`/g, '<code>$1</code>');
}
