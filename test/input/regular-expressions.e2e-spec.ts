import { readdirSync, readFileSync } from 'node:fs';
import { check } from 'recheck';
import ts from 'typescript';
import { API_OPERATIONS } from '../support/api-inputs.js';

const PATIENTLY_MS = 120_000;
const EACH_MS = 100_000;

/** Made from the templates of the routes. */
const COMPOSED = ['src/http/operations.ts'];
const TEMPLATES = API_OPERATIONS.map(({ path }) => `/^${path.replace(/\{\w+\}/g, '[^/]+')}$/`);

const FILES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name}`)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));

/** The syntax trees of a file, every node. */
function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

const TREES = FILES.map((file) => [file, [...nodesOf(parse(file))]] as const);

const LITERALS = TREES.flatMap(([file, nodes]) =>
  nodes.filter(ts.isRegularExpressionLiteral).map(({ text }) => [text, file] as const),
);

describe('regular expressions', () => {
  it.each([...new Map(LITERALS), ...TEMPLATES.map((each) => [each, 'routes'] as const)])(
    'P19 take no longer than their text asks for: %s (%s)',
    async (literal) => {
      const end = literal.lastIndexOf('/');
      const [source, flags] = [literal.slice(1, end), literal.slice(end + 1)];
      const { status } = await check(source, flags, { timeout: EACH_MS });
      expect(status).toBe('safe');
    },
    PATIENTLY_MS,
  );

  it('P19 are found, all of them', () => {
    expect(LITERALS.length).toBeGreaterThan(30);
  });

  it('P19 are written down, not made from anything', () => {
    const composing = TREES.filter(([, nodes]) =>
      nodes.some((node) => ts.isNewExpression(node) && node.expression.getText() === 'RegExp'),
    );
    expect(composing.map(([file]) => file)).toEqual(COMPOSED);
  });

  it(
    'P19 are judged by what knows a dangerous one',
    async () => {
      const { status } = await check('^(a|a)*$', '', { timeout: EACH_MS });
      expect(status).toBe('vulnerable');
    },
    PATIENTLY_MS,
  );
});
