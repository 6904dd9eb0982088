import * as v from "valibot";
import { pictureViews } from "./lesson.ts";

/** A reference as `docker pull` takes it. */
const image = v.pipe(v.string(), v.regex(/^[a-z0-9./_-]+(:[\w.-]+)?$/, "write an image's name, such as busybox"));
const lessonId = v.pipe(
  v.string(),
  v.regex(/^\d\d-[a-z0-9-]+\/\d\d-[a-z0-9-]+$/, "write a lesson's folder, such as 04-building/02-the-build-cache"),
);
const term = v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, "write a term's id, such as build-cache"));

/** The lines between `---` at the top of `lesson.md`. */
export const frontMatter = v.strictObject({
  /** As in the catalogue: `The build cache`. */
  title: v.pipe(v.string("write a title"), v.minLength(3), v.maxLength(60)),
  /** One sentence that says what the learner will be able to do. */
  summary: v.pipe(v.string("write one sentence"), v.minLength(10), v.maxLength(160)),
  /** How long it takes: 5 to 12. */
  minutes: v.pipe(v.number("write a number of minutes"), v.integer(), v.minValue(3), v.maxValue(20)),
  /** Terms of the glossary that it teaches. */
  concepts: v.array(term, "write a list of terms"),
  /** Lessons that should come first. */
  needs: v.optional(v.array(lessonId, "write a list of lessons"), []),
  /** Images that its commands use; they are on the machine before it starts. */
  images: v.array(image, "write a list of images"),
  /** The picture that opens with it. */
  view: v.optional(v.picklist(pictureViews, `write one of ${pictureViews.join(", ")}`), "none"),
  layout: v.optional(
    v.picklist(
      ["text-terminal", "text-picture-terminal", "text-editor-terminal"],
      "write text-terminal, text-picture-terminal or text-editor-terminal",
    ),
    "text-terminal",
  ),
});

export type FrontMatter = v.InferOutput<typeof frontMatter>;

/** The lines between `---` at the top of a term of the glossary. */
export const termMatter = v.strictObject({
  title: v.pipe(v.string("write a title"), v.minLength(2), v.maxLength(60)),
  /** One sentence, shown where the term is pointed at. */
  short: v.pipe(v.string("write one sentence"), v.minLength(10), v.maxLength(220)),
  see: v.optional(v.array(term, "write a list of terms"), []),
});
