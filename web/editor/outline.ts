/** What the build bar needs of a Dockerfile that may not be right yet, so by lines and not by the parser. */

/** Names of the stages in their order; those without a name are left out. */
export function stageNames(text: string): readonly string[] {
  return [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*\S+\s+AS\s+([\w.-]+)\s*$/gim)].map((match) =>
    (match[1] ?? "").toLowerCase(),
  );
}

/** TCP ports that the last stage exposes as plain numbers. */
export function exposedPorts(text: string): readonly number[] {
  const last = text.split(/^\s*FROM\s/im).at(-1) ?? "";
  const ports = [...last.matchAll(/^\s*EXPOSE\s+(.+)$/gim)].flatMap((match) => (match[1] ?? "").split(/\s+/));
  const numbers = ports.flatMap((port) => {
    const number = /^(\d{1,5})(?:\/tcp)?$/i.exec(port)?.[1];
    return number === undefined || Number(number) > 65535 || Number(number) === 0 ? [] : [Number(number)];
  });
  return [...new Set(numbers)];
}
