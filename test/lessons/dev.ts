import { join } from "node:path";
import { createServer } from "vite";
import { lessonFolders } from "../../web/lesson-plugin.ts";
import { root } from "./sources.ts";

/**
 * `npm run lesson:dev -- 04-building/02-the-build-cache`: the page with this lesson and the author's panel, loaded anew at
 * each change.
 */
const [id] = process.argv.slice(2);
if (id !== undefined && !lessonFolders().includes(id)) {
  process.stderr.write(`there is no lesson ${id}; there are\n  ${lessonFolders().join("\n  ")}\n`);
  process.exit(2);
}
const server = await createServer({ configFile: join(root, "web", "vite.config.ts") });
await server.listen();
const base = server.resolvedUrls?.local[0] ?? "";
process.stdout.write(`${base}?author#/${id === undefined ? "lessons" : `lesson/${id}`}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void server.close().then(() => process.exit(0)));
