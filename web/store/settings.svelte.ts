import * as v from "valibot";

const schema = v.object({
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  projector: v.fallback(v.boolean(), false),
  screenReader: v.fallback(v.boolean(), false),
  keepRunningHidden: v.fallback(v.boolean(), false),
  sideWidth: v.fallback(v.pipe(v.number(), v.minValue(240), v.maxValue(560)), 320),
  /** Width of a lesson's text beside the work. */
  lessonWidth: v.fallback(v.pipe(v.number(), v.minValue(380), v.maxValue(560)), 500),
  /** Shortcuts of one key, like / and ?, are on. */
  singleKeys: v.fallback(v.boolean(), true),
  machineShown: v.fallback(v.boolean(), true),
  /** The terminal stays in sight below a view. */
  split: v.fallback(v.boolean(), true),
  /** Of the height a view and the terminal share, in percent. */
  viewShare: v.fallback(v.pipe(v.number(), v.minValue(20), v.maxValue(80)), 58),
  treeWidth: v.fallback(v.pipe(v.number(), v.minValue(140), v.maxValue(420)), 208),
});
type Settings = v.InferOutput<typeof schema>;
const key = "drydock.settings";

function read(): Settings {
  let stored: unknown = {};
  try {
    stored = JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    // Storage that is refused or holds something else gives the defaults.
  }
  return v.parse(schema, typeof stored === "object" && stored !== null ? stored : {});
}

/** What the user chose on this device. Read once, written at each change; other tabs follow at their next visit. */
class StoredSettings implements Settings {
  #value = $state(read());

  get theme() {
    return this.#value.theme;
  }
  set theme(theme: Settings["theme"]) {
    this.#write({ theme });
  }
  get projector() {
    return this.#value.projector;
  }
  set projector(projector: boolean) {
    this.#write({ projector });
  }
  get screenReader() {
    return this.#value.screenReader;
  }
  set screenReader(screenReader: boolean) {
    this.#write({ screenReader });
  }
  get keepRunningHidden() {
    return this.#value.keepRunningHidden;
  }
  set keepRunningHidden(keepRunningHidden: boolean) {
    this.#write({ keepRunningHidden });
  }
  get sideWidth() {
    return this.#value.sideWidth;
  }
  set sideWidth(sideWidth: number) {
    this.#write({ sideWidth });
  }
  get lessonWidth() {
    return this.#value.lessonWidth;
  }
  set lessonWidth(lessonWidth: number) {
    this.#write({ lessonWidth });
  }
  get singleKeys() {
    return this.#value.singleKeys;
  }
  set singleKeys(singleKeys: boolean) {
    this.#write({ singleKeys });
  }
  get machineShown() {
    return this.#value.machineShown;
  }
  set machineShown(machineShown: boolean) {
    this.#write({ machineShown });
  }
  get split() {
    return this.#value.split;
  }
  set split(split: boolean) {
    this.#write({ split });
  }
  get viewShare() {
    return this.#value.viewShare;
  }
  set viewShare(viewShare: number) {
    this.#write({ viewShare });
  }
  get treeWidth() {
    return this.#value.treeWidth;
  }
  set treeWidth(treeWidth: number) {
    this.#write({ treeWidth });
  }

  #write(change: Partial<Settings>): void {
    this.#value = { ...this.#value, ...change };
    try {
      localStorage.setItem(key, JSON.stringify(this.#value));
    } catch {
      // A browser that refuses storage keeps the choice for this visit.
    }
  }
}

export const settings = new StoredSettings();
