import * as v from "valibot";
import { tagOf, type BuildInputs } from "./command.ts";

const stored = v.record(v.string(), v.object({ tag: v.string(), target: v.string() }));
/** Folders whose inputs are remembered. */
const most = 50;

/** Tag and target of each context folder, remembered on this device for this machine. */
export class RememberedInputs {
  #all = $state.raw<Readonly<Record<string, BuildInputs>>>({});
  readonly #key: string;

  constructor(slot: string) {
    this.#key = `drydock.builds.${slot}`;
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), stored), localStorage.getItem(this.#key));
    if (read.success) this.#all = read.output;
  }

  of(folder: string): BuildInputs {
    return Object.hasOwn(this.#all, folder)
      ? (this.#all[folder] ?? { tag: tagOf(folder), target: "" })
      : { tag: tagOf(folder), target: "" };
  }

  set(folder: string, inputs: BuildInputs): void {
    const others = Object.entries(this.#all).filter(([name]) => name !== folder);
    this.#all = Object.fromEntries([...others, [folder, inputs] as const].slice(-most));
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#all));
    } catch {
      // Without storage they hold for this visit.
    }
  }
}
