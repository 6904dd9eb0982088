import { namespaceTypes, type NamespaceType } from "../reading.ts";
import type { Origin } from "./groups.ts";
import type { Cell, GroupView } from "./view.ts";

/** Who is in which namespace, as a table of groups by kinds. */
export interface Matrix {
  readonly rows: readonly MatrixRow[];
  /** Namespaces that several rows are in, but for the machine's own. */
  readonly links: readonly MatrixLink[];
}

export interface MatrixRow {
  readonly key: string;
  readonly label: string;
  readonly origin: Origin;
  readonly containerId: string | undefined;
  readonly depth: number;
  /** How many groups stand in this row, which are all alike. */
  readonly count: number;
  readonly cells: Readonly<Record<NamespaceType, Cell>>;
}

export interface MatrixLink {
  readonly type: NamespaceType;
  readonly inode: number;
  /** Indexes of rows, from the top. */
  readonly rows: readonly number[];
  /** 0 for the first namespace of its kind that is drawn here, so that lines do not lie on each other. */
  readonly lane: number;
}

/** More groups than this are folded where they are alike. */
const mostRows = 12;
/** Fewer than this are not worth folding. */
const fewest = 3;

export function matrix(groups: readonly GroupView[]): Matrix {
  const rows = fold(groups);
  const links = namespaceTypes.flatMap((type) => {
    const found = new Map<number, number[]>();
    rows.forEach(({ cells, count }, i) => {
      const { inode, relation } = cells[type];
      if (inode === undefined || relation !== "shared" || count > 1) return;
      found.set(inode, [...(found.get(inode) ?? []), i]);
    });
    return [...found]
      .filter(([, members]) => members.length > 1)
      .map(([inode, members], lane) => ({ type, inode, rows: members, lane }));
  });
  return { rows, links };
}

function fold(groups: readonly GroupView[]): MatrixRow[] {
  const parents = new Set(groups.map(({ within }) => within));
  const alike = new Map<string, GroupView[]>();
  for (const group of groups.length > mostRows ? groups : []) {
    const isPlain = namespaceTypes.every((type) => ["own", "host"].includes(group.cells[type].relation));
    if (group.origin !== "container" || !group.main || !isPlain || parents.has(group.key)) continue;
    const pattern = namespaceTypes.map((type) => group.cells[type].relation).join();
    alike.set(pattern, [...(alike.get(pattern) ?? []), group]);
  }
  const folded = new Map(
    [...alike.values()]
      .filter(({ length }) => length >= fewest)
      .flatMap((same) => same.map((each) => [each, same] as const)),
  );
  return groups.flatMap((group): MatrixRow[] => {
    const same = folded.get(group);
    if (same !== undefined && same[0] !== group) return [];
    return [
      {
        key: group.key,
        label: same === undefined ? group.label : `${String(same.length)} containers`,
        origin: group.origin,
        containerId: same === undefined ? group.container?.id : undefined,
        depth: group.depth,
        count: same?.length ?? 1,
        cells: group.cells,
      },
    ];
  });
}
