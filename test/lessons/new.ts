import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { partTitles } from "../../lessons/compile.ts";
import { root } from "./sources.ts";
import { lessonTemplate } from "./template.ts";

/** `npm run lesson:new -- 05-data-and-networks/01-volumes "Volumes"` */
const [path = "", title = ""] = process.argv.slice(2);

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

if (title === "") refuse('usage: npm run lesson:new -- 05-data-and-networks/01-volumes "Volumes"');
if (!/^\d\d-[a-z0-9-]+\/\d\d-[a-z0-9-]+$/.test(path))
  refuse(`${path}: write the part's folder and the lesson's, each with its number: 05-data-and-networks/01-volumes`);
if (title.length < 3 || title.length > 60) refuse("the title has 3 to 60 letters");
const folder = join(root, "lessons", path);
if (existsSync(folder)) refuse(`lessons/${path} is there already`);

mkdirSync(join(folder, "files"), { recursive: true });
writeFileSync(join(folder, "lesson.md"), lessonTemplate(title));

const part = partTitles[Number(path.slice(0, 2))];
process.stdout.write(`Made lessons/${path}/lesson.md${part === undefined ? "" : `, in the part "${part}"`}.

It is a whole lesson of three tasks, yours to change:
  npm run lesson:dev -- ${path}     shows it, and again at each change
  npm run lesson:check -- ${path}   takes it on the machine, as a learner would
What goes into lessons/${path}/files/ lies in /root/lesson when the lesson starts.
lessons/README.md explains all that a lesson can have.
`);
