/** One step of an image's history as a Dockerfile would say it. */
export interface Instruction {
  /** `RUN`, `COPY`; empty when the history does not tell. */
  readonly keyword: string;
  /** What follows the keyword. */
  readonly rest: string;
}

const keywords = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);

/**
 * `created_by` as builders write it: BuildKit's `RUN /bin/sh -c x # buildkit`, the classic `/bin/sh -c #(nop)  CMD ["sh"]`
 * and `/bin/sh -c x`, with `|2 a=1 b=2` before it where build arguments were set.
 */
export function instructionOf(createdBy: string): Instruction {
  const text = createdBy.trim().replace(/\s*# buildkit$/, "");
  const nop = /^\/bin\/sh -c #\(nop\)\s*(.*)$/s.exec(text)?.[1];
  if (nop !== undefined) return split(nop) ?? { keyword: "", rest: nop };
  const known = split(text);
  if (known !== undefined)
    return known.keyword === "RUN" ? { keyword: "RUN", rest: withoutShell(withoutArguments(known.rest)) } : known;
  const bare = withoutArguments(text);
  if (bare.startsWith("/bin/sh -c ")) return { keyword: "RUN", rest: withoutShell(bare) };
  return { keyword: "", rest: text };
}

function split(text: string): Instruction | undefined {
  const [, keyword = "", rest = ""] = /^([A-Za-z]+)(?:\s+(.*))?$/s.exec(text) ?? [];
  return keywords.has(keyword) ? { keyword, rest: rest.trim() } : undefined;
}

/** `|2 a=1 b=2 /bin/sh -c x`: the number says how many arguments follow; their values may hold spaces. */
function withoutArguments(text: string): string {
  if (!/^\|\d+ /.test(text)) return text;
  const at = text.indexOf("/bin/sh -c ");
  return at < 0 ? text : text.slice(at);
}

function withoutShell(text: string): string {
  return text.replace(/^\/bin\/sh -c /, "");
}
