import * as image from "../../emulator/client/image.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { tarHeader } from "../../emulator/image/tar/entry.ts";
import { writeTar } from "../../emulator/image/tar/write.ts";
import type { Lesson, LessonFile } from "../../lessons/lesson.ts";
import type { MachinePlace } from "../session.svelte.ts";
import { arePulled, forgetPulled, keepPulled, machineOf } from "../store/lesson-record.ts";
import { lessonFolder } from "./script.ts";

/** The lesson's own machine of the tab that has `slot`. */
export function lessonMachine(slot: string, lesson: Lesson): MachinePlace {
  const machine = machineOf(slot, lesson.id);
  return {
    machine,
    folder: lessonFolder,
    prepare: async (transport) => {
      forgetPulled(machine);
      await fill(transport, lesson.files);
    },
  };
}

/**
 * Pulls what a lesson needs, once for each machine: what the learner removes later stays removed. `report` hears of images
 * that did not come; they are asked for again at the next start.
 */
export async function pullImages(
  transport: Transport,
  machine: string,
  images: readonly string[],
  signal: AbortSignal,
  report: (problem: string) => void,
): Promise<void> {
  if (images.length === 0 || arePulled(machine)) return;
  const pulls = images.map(async (name) => {
    try {
      await pull(transport, name, signal);
      return true;
    } catch (error) {
      if (!signal.aborted)
        report(`The image ${name} did not come: ${error instanceof Error ? error.message : String(error)}.`);
      return false;
    }
  });
  if ((await Promise.all(pulls)).every(Boolean)) keepPulled(machine);
}

/** Puts the lesson's folder with its files where its shells begin, in one request. */
async function fill(transport: Transport, files: readonly LessonFile[]): Promise<void> {
  const mtime = Math.floor(Date.now() / 1000);
  const [parent, name] = [lessonFolder.slice(0, lessonFolder.lastIndexOf("/")), lessonFolder.split("/").at(-1) ?? ""];
  const folders = new Set(["", ...files.flatMap(({ path }) => parentsOf(path))]);
  const tar = writeTar([
    ...[...folders].sort().map((path) => ({
      header: tarHeader(path === "" ? `${name}/` : `${name}/${path}/`, "directory", { mode: 0o755, mtime }),
    })),
    ...files.map(({ path, mode, base64 }) => {
      const content = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
      return { header: tarHeader(`${name}/${path}`, "file", { mode, mtime, size: content.length }), content };
    }),
  ]);
  await post(transport, `/inside/files/upload?path=${parent}`, tar);
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

async function pull(transport: Transport, name: string, signal: AbortSignal): Promise<void> {
  const [, repository = name, tag = "latest"] = /^(.*?)(?::([^/:]+))?$/.exec(name) ?? [];
  for await (const message of await image.pull({ transport, signal }, { image: repository, tag }))
    if (typeof message["error"] === "string") throw new Error(message["error"]);
}
