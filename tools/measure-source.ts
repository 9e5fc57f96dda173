import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What one source file imports and holds, as the house rules need it. */
export interface MeasuredFile {
  path: string;
  lines: number;
  imports: string[];
  functions: { name: string; line: number; lines: number; parameters: number }[];
  /** Lines of `any` types. */
  anyAt: number[];
  /** Exports without a doc comment, by name. */
  undocumented: string[];
}

/** Measures TypeScript files by their syntax trees. */
export function measureSource(paths: readonly string[]): MeasuredFile[] {
  return paths.map(measureFile);
}

function measureFile(path: string): MeasuredFile {
  const text = readFileSync(path, 'utf8');
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const measured: MeasuredFile = {
    path,
    lines: text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: [],
    functions: [],
    anyAt: [],
    undocumented: [],
  };
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node: ts.Node): void => {
    const from = importedFrom(node);
    if (from !== undefined) measured.imports.push(from);
    if (node.kind === ts.SyntaxKind.AnyKeyword) measured.anyAt.push(lineOf(node.getStart()));
    if (isFunction(node) && node.body) {
      const line = lineOf(node.getStart());
      const lines = lineOf(node.getEnd()) - line + 1;
      measured.functions.push({ name: nameOf(node), line, lines, parameters: node.parameters.length });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  measured.undocumented = source.statements.filter(isUndocumentedExport).map(exportName);
  return measured;
}

type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration;

function isFunction(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node)
  );
}

function importedFrom(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments;
    if (specifier && ts.isStringLiteral(specifier)) return specifier.text;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return (node.argument.literal as ts.StringLiteral).text;
  }
  return undefined;
}

/** The function's own name, or that of what it is given to: `describe(…)` callbacks are called `describe`. */
function nameOf(node: FunctionNode): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  if (ts.isCallExpression(parent)) return `${parent.expression.getText().split('(')[0]}()`;
  return 'anonymous';
}

function isUndocumentedExport(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return false;
  if (modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) return false;
  return ts.getJSDocCommentsAndTags(statement).length === 0;
}

function exportName(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]!.name.getText();
  return (statement as ts.DeclarationStatement).name?.getText() ?? 'export';
}
