import { spawn } from "node:child_process";
import { join } from "node:path";
import { lessonFolders } from "../../web/lesson-plugin.ts";
import { root } from "./sources.ts";

/** `npm run lesson:check -- 04-building/02-the-build-cache`: the author's gate for one lesson, or for all. */
const [wanted] = process.argv.slice(2);
const known = lessonFolders();
if (wanted !== undefined && !known.some((id) => id.includes(wanted))) {
  process.stderr.write(`there is no lesson ${wanted}; there are\n  ${known.join("\n  ")}\n`);
  process.exit(2);
}
const child = spawn(
  join(root, "node_modules", ".bin", "vitest"),
  ["run", "test/lessons/lessons.test.ts", "--reporter=verbose"],
  { cwd: root, stdio: "inherit", env: { ...process.env, ...(wanted === undefined ? {} : { LESSON: wanted }) } },
);
child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
