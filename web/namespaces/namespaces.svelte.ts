/** What the namespace view is asked to show: a container by name or id, or a process by its number on the machine. */
export type NamespacesFocus =
  { readonly kind: "container"; readonly container: string } | { readonly kind: "process"; readonly pid: number };

/** Whoever wants something shown asks here; the pane and whoever opens it look. */
class NamespacesRequest {
  focus = $state.raw<NamespacesFocus | undefined>();
  /** Grows with each request, so that asking for the same again is seen. */
  serial = $state(0);
}

export const namespacesRequest = new NamespacesRequest();

export function showNamespaces(focus?: NamespacesFocus): void {
  namespacesRequest.focus = focus;
  namespacesRequest.serial++;
}
