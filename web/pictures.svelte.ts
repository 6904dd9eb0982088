import type { PictureView } from "../lessons/lesson.ts";
import { showLayers, type LayersFocus } from "./layers/layers.svelte.ts";
import type { LazyView, Panes } from "./panes.svelte.ts";
import { views } from "./views.ts";

/** What each view was last asked to show, by a lesson or by another view. Names are those of the machine. */
class PictureFocus {
  readonly of = $state<Partial<Record<LazyView, string>>>({});
}

export const pictureFocus = new PictureFocus();

/** The pane that shows a picture of a lesson; a picture of builds or manifests is a tab of the layers. */
export function paneOf(view: PictureView): LazyView | undefined {
  const pane = named(view);
  return pane !== undefined && views.includes(pane) ? pane : undefined;
}

function named(view: PictureView): LazyView | undefined {
  switch (view) {
    case "none":
      return undefined;
    case "build":
    case "manifest":
      return "layers";
    default:
      return view;
  }
}

export function showPicture(panes: Panes, view: PictureView, focus?: string): void {
  const pane = paneOf(view);
  if (pane === undefined) return panes.showTerminal();
  const layers = layersFocus(view, focus);
  if (layers !== undefined) showLayers(layers);
  else if (focus !== undefined) pictureFocus.of[pane] = focus;
  panes.show(pane);
}

/** What a lesson begins with is chosen in its pane, which need not be in sight. */
export function beginPicture(view: PictureView): void {
  const layers = layersFocus(view, undefined);
  if (layers !== undefined) showLayers(layers, { reveal: false });
}

/** `container:web` is a container; anything else is an image. */
function layersFocus(view: PictureView, focus: string | undefined): LayersFocus | undefined {
  if (view === "build") return { kind: "build" };
  if (focus === undefined) return undefined;
  if (view === "manifest") return { kind: "manifest", image: focus };
  if (view !== "layers") return undefined;
  const container = /^container:(.+)$/.exec(focus)?.[1];
  return container === undefined
    ? { kind: "image", image: focus.replace(/^image:/, "") }
    : { kind: "container", container };
}
