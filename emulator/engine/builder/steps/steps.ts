import type { Steps } from "../solver.ts";
import { copyStep } from "./copy.ts";
import { mkdirStep } from "./mkdir.ts";
import { runStep } from "./run.ts";

/** How each kind of op is looked up and made. */
export const steps: Steps = { run: runStep, copy: copyStep, mkdir: mkdirStep };
