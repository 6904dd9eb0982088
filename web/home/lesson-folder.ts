import { LessonRefused, partsOfLesson, type LessonFiles } from "../../lessons/open.ts";
import type { UploadFile } from "../terminal/upload.ts";

/** The lesson among the files of a folder; nothing else of the folder is read. Rejects with LessonRefused. */
export async function lessonOfFolder(files: readonly UploadFile[]): Promise<LessonFiles> {
  const parts = partsOfLesson(files);
  if (parts.length === 0)
    throw new LessonRefused([
      { file: "lesson.md", line: 1, message: "the folder has no lesson.md: choose one that has" },
    ]);
  return {
    name: "lesson",
    files: await Promise.all(
      parts.map(async ({ path, file }) => ({ path, bytes: new Uint8Array(await file.arrayBuffer()) })),
    ),
  };
}
