import * as image from "../../emulator/client/image.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { tarHeader } from "../../emulator/image/tar/entry.ts";
import { writeTar } from "../../emulator/image/tar/write.ts";
import type { Lesson, LessonFile } from "../../lessons/lesson.ts";
import type { MachinePlace } from "../session.svelte.ts";
import { lessonFolder } from "./script.ts";

/** A lesson waits for its images so long before it begins, in milliseconds. */
const imagePatience = 300;

/** The lesson's own machine of the tab that has `slot`. `report` hears of images that did not come. */
export function lessonMachine(slot: string, lesson: Lesson, report: (problem: string) => void): MachinePlace {
  return {
    machine: `${slot}--${lesson.id.replace(/[^A-Za-z0-9_-]/g, "_")}`,
    folder: lessonFolder,
    prepare: async (transport) => {
      await fill(transport, lesson.files);
      const pulls = lesson.images.map(async (name) => {
        try {
          await pull(transport, name);
        } catch (error) {
          report(`The image ${name} did not come: ${error instanceof Error ? error.message : String(error)}.`);
        }
      });
      // A large one may come while the learner reads; whoever runs it before waits for it as for any pull.
      await Promise.race([Promise.all(pulls), new Promise((resolve) => setTimeout(resolve, imagePatience))]);
    },
  };
}

/** Puts the lesson's files where its shells begin. */
async function fill(transport: Transport, files: readonly LessonFile[]): Promise<void> {
  await post(transport, `/inside/files/mkdir?path=${lessonFolder}&parents=1`);
  if (files.length === 0) return;
  const mtime = Math.floor(Date.now() / 1000);
  const folders = new Set(files.flatMap(({ path }) => parentsOf(path)));
  const tar = writeTar([
    ...[...folders].sort().map((path) => ({ header: tarHeader(`${path}/`, "directory", { mode: 0o755, mtime }) })),
    ...files.map(({ path, mode, base64 }) => {
      const content = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
      return { header: tarHeader(path, "file", { mode, mtime, size: content.length }), content };
    }),
  ]);
  await post(transport, `/inside/files/upload?path=${lessonFolder}`, tar);
}

/** `a/b/c` -> `a`, `a/b`. */
function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

async function post(transport: Transport, target: string, body?: Uint8Array): Promise<void> {
  const { status, body: answer } = await transport.request({
    method: "POST",
    target,
    headers: {},
    ...(body === undefined ? {} : { body }),
  });
  const said = await new Response(answer).text();
  if (status >= 300) throw new Error(`The lesson's files could not be put on the machine: ${said}`);
}

async function pull(transport: Transport, name: string): Promise<void> {
  const [, repository = name, tag = "latest"] = /^(.*?)(?::([^/:]+))?$/.exec(name) ?? [];
  for await (const message of await image.pull({ transport }, { image: repository, tag }))
    if (typeof message["error"] === "string") throw new Error(message["error"]);
}
