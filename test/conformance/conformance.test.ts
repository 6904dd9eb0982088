import { describe, expect, it } from "vitest";
import { compare, knownDifferences, record, scenarioNames } from "./scenario.ts";

/** One or two of every kind; `npm run conformance` runs them all. */
const chosen = [
  "01-run-basic",
  "07-run-stdin",
  "08-run-errors",
  "10-volumes-named",
  "19-lifecycle",
  "22-logs",
  "25-exec",
  "29-diff-commit",
  "32-inspect",
  "35-tag-rmi",
  "43-network-connect",
  "46-ports",
  "50-events",
  "62-build-cache",
  "64-build-copy",
  "68-build-multistage",
];

describe("recorded scenarios", () => {
  it.each(chosen)(
    "%s prints what real Docker prints",
    async (name) => {
      const { differences } = await compare(name, await record(name));
      const known = new Set((await knownDifferences())[name]?.map(({ command }) => command));
      expect(differences.filter(({ command }) => !known.has(command)).map(({ diff }) => diff)).toEqual([]);
    },
    180_000,
  );

  it("lists differences only of scenarios and steps that exist", async () => {
    const names = await scenarioNames();
    for (const [name, steps] of Object.entries(await knownDifferences())) {
      expect(names).toContain(name);
      const { differences } = await compare(name, "");
      for (const { command } of steps) expect(differences.map((step) => step.command)).toContain(command);
    }
  });
});
