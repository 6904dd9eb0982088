import { spawn } from "node:child_process";
import { join } from "node:path";
import { lessonFolders } from "../../web/lesson-plugin.ts";
import { deadLink, linksOf } from "./links.ts";
import { readGlossary, readLessons, root } from "./sources.ts";

/**
 * `npm run lesson:check -- 04-building/02-the-build-cache`: the author's gate for one lesson, or for all. With `--links` it
 * asks instead for every page of the web that is linked, with `--times` it tells what took how long.
 */
const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const [wanted, ...more] = args.filter((arg) => !arg.startsWith("--"));
const unknown = flags.find((flag) => flag !== "--links" && flag !== "--times");
if (unknown !== undefined || more.length > 0) {
  process.stderr.write("usage: npm run lesson:check -- [LESSON] [--links] [--times]\n");
  process.exit(2);
}
const known = lessonFolders();
if (wanted !== undefined && !known.some((id) => id.includes(wanted))) {
  process.stderr.write(`there is no lesson ${wanted}; there are\n  ${known.join("\n  ")}\n`);
  process.exit(2);
}
if (flags.includes("--links")) process.exitCode = await followLinks();
else takeLessons();

/** The exit status: 1 when a page is not there. */
async function followLinks(): Promise<number> {
  const texts = [
    ...readLessons().lessons.filter(({ id }) => wanted === undefined || id.includes(wanted)),
    ...(wanted === undefined ? readGlossary().terms : []),
  ];
  const links = [...new Set(texts.flatMap(({ blocks }) => linksOf(blocks)))].filter((to) => to.startsWith("https:"));
  const dead = (await Promise.all(links.map((to) => deadLink(to)))).filter((each) => each !== undefined);
  for (const problem of dead) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${links.length - dead.length} of ${links.length} linked pages are there\n`);
  return dead.length === 0 ? 0 : 1;
}

function takeLessons(): void {
  const child = spawn(join(root, "node_modules", ".bin", "vitest"), ["run", "test/lessons", "--reporter=verbose"], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ...(wanted === undefined ? {} : { LESSON: wanted }),
      ...(flags.includes("--times") ? { LESSON_TIMES: "1" } : {}),
    },
  });
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}
