import type { DuckDBConnection } from '@duckdb/node-api';
import { fail } from '../kernel/errors.ts';

type SyntaxNode = { [key: string]: Node };
type Node = SyntaxNode | Node[] | string | number | boolean | null;

const tableFunctions = new Set(['range', 'generate_series', 'unnest', 'repeat', 'repeat_row']);
/** Functions that run SQL of their own, read settings or write: nothing a data query needs. */
const refusedFunctions =
  /^(query|query_table|current_setting|getenv|getvariable|write_log|set_config|nextval|currval|duckdb_.*|pragma_.*|pg_.*|read_.*|parquet_.*|parse_duckdb_.*|json_execute_serialized_sql|json_deserialize_sql|sleep.*|txid_current|current_database|current_schemas?|current_query|version|icu_.*|enable_.*|disable_.*|force_checkpoint|checkpoint)$/;

/**
 * Fails with `invalid_query` unless the SQL is exactly one SELECT that reads the named tables (and what it makes itself)
 * and calls no function that reaches outside them. It judges DuckDB's own syntax tree, not the text.
 */
export async function checkSelect(connection: DuckDBConnection, sql: string, tables: readonly string[]): Promise<void> {
  const { tree } = await parse(connection, sql);
  const known = new Set([...tables, ...namesOfCtes(tree)].map((name) => name.toLowerCase()));
  visit(tree, (node) => judge(node, known, sql));
}

/**
 * Fails with `invalid_query` unless the text is one SQL expression over columns, without tables of its own: put between
 * brackets it cannot end the query it is put into, nor add to it.
 */
export async function checkExpression(connection: DuckDBConnection, expression: string): Promise<void> {
  // Bare it must not hold a bracket too many, in brackets no clause of a query.
  for (const sql of [`SELECT ${expression}\n`, `SELECT (\n${expression}\n)`]) {
    const { tree, statement } = await parse(connection, sql);
    const {
      type,
      select_list: list,
      from_table: from,
      aggregate_handling: _,
      ...more
    } = statement['node'] as SyntaxNode;
    const bare = type === 'SELECT_NODE' && Array.isArray(list) && list.length === 1 && Object.keys(more).length === 0;
    if (!bare || (from as SyntaxNode)['type'] !== 'EMPTY')
      refuse('Exactly one expression is allowed here.', expression);
    visit(tree, (node) => judge(node, new Set(), expression));
  }
}

async function parse(connection: DuckDBConnection, sql: string): Promise<{ tree: SyntaxNode; statement: SyntaxNode }> {
  const call = 'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true) AS tree';
  const result = await connection.run(call, [sql]);
  const tree = JSON.parse(String((await result.getRows())[0]![0])) as SyntaxNode;
  if (tree['error'] === true) {
    const parser = tree['error_type'] === 'parser';
    refuse(parser ? `The SQL has an error: ${tree['error_message']}.` : 'Only a SELECT is allowed here.', sql);
  }
  const statements = tree['statements'] as SyntaxNode[] | undefined;
  if (statements?.length !== 1) return refuse('Exactly one SELECT is allowed here.', sql);
  return { tree, statement: statements[0]! };
}

function refuse(message: string, sql: string): never {
  return fail('invalid_query', message, { field: 'sql', value: sql.length > 500 ? `${sql.slice(0, 500)}…` : sql });
}

function visit(node: Node, seen: (node: SyntaxNode) => void) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const child of node) visit(child, seen);
    return;
  }
  seen(node);
  for (const child of Object.values(node)) visit(child, seen);
}

function namesOfCtes(tree: Node): string[] {
  const names: string[] = [];
  visit(tree, (node) => {
    const map = node['cte_map'];
    if (map && typeof map === 'object' && !Array.isArray(map) && Array.isArray(map['map'])) {
      for (const entry of map['map']) names.push(String((entry as SyntaxNode)['key']));
    }
  });
  return names;
}

function judge(node: SyntaxNode, known: Set<string>, sql: string) {
  const type = node['type'];
  if (type === 'SHOW_REF') refuse('Only a SELECT is allowed here.', sql);
  if (type === 'BASE_TABLE') {
    const name = String(node['table_name']);
    const path = [node['catalog_name'], node['schema_name']].filter((part) => part !== undefined && part !== '');
    if (path.length > 0 || !known.has(name.toLowerCase())) {
      refuse(
        `There is no table '${[...path, name].join('.')}' here; there is ${[...known].join(', ') || 'none'}.`,
        sql,
      );
    }
  }
  if (type === 'TABLE_FUNCTION') {
    const name = functionName(node['function']);
    if (!tableFunctions.has(name)) refuse(`The table function '${name}' is not allowed here.`, sql);
  }
  if (node['class'] === 'FUNCTION') {
    const name = functionName(node);
    if (refusedFunctions.test(name)) refuse(`The function '${name}' is not allowed here.`, sql);
  }
  if (node['class'] === 'PARAMETER') refuse('Parameters are not allowed here.', sql);
}

function functionName(node: Node | undefined): string {
  if (!node || typeof node !== 'object' || Array.isArray(node)) return '';
  return String(node['function_name']).toLowerCase();
}
