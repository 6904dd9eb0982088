/** What the layer view is asked to show. Names and ids are what `docker` takes; a line of a Dockerfile leads to a step. */
export type LayersFocus =
  | { readonly kind: "image"; readonly image: string; readonly diffId?: string; readonly path?: string }
  | { readonly kind: "container"; readonly container: string }
  | { readonly kind: "build"; readonly build?: string; readonly line?: number }
  | { readonly kind: "manifest"; readonly image: string; readonly digest?: string };

/** Whoever wants something shown asks here; the pane and whoever opens it look. */
class LayersRequest {
  focus = $state.raw<LayersFocus | undefined>();
  /** Grows with each request, so that asking for the same again is seen. */
  serial = $state(0);
  /** Whether the pane is wanted in sight, too. */
  reveal = $state(true);
}

export const layersRequest = new LayersRequest();

export function showLayers(focus: LayersFocus, { reveal = true }: { readonly reveal?: boolean } = {}): void {
  layersRequest.focus = focus;
  layersRequest.reveal = reveal;
  layersRequest.serial++;
}
