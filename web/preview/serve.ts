import * as v from "valibot";
import type { BridgePage } from "../../emulator/bridge/page.ts";
import { previewRequest, type PreviewResponse } from "./protocol.ts";

/** Answers the service worker's preview requests from this window's machine, while the page lives. */
export function servePreviews(slot: string, bridge: () => BridgePage | undefined): () => void {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) return () => undefined;
  const answer = async (event: MessageEvent): Promise<void> => {
    const request = v.safeParse(previewRequest, event.data);
    const port = event.ports[0];
    if (!request.success || port === undefined || request.output.slot !== slot) return;
    const reply = (response: PreviewResponse, transfer: Transferable[] = []) => port.postMessage(response, transfer);
    const current = bridge();
    if (current === undefined) return reply({ kind: "failed", message: "the machine is not running" });
    try {
      const { status, statusText, headers, body } = await current.call(
        { ...request.output, kind: "fetch-port" },
        "fetched",
      );
      reply({ kind: "response", status, statusText, headers, body }, body ? [body] : []);
    } catch (error) {
      reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  };
  const listener = (event: MessageEvent) => void answer(event);
  container.addEventListener("message", listener);
  container.startMessages();
  return () => container.removeEventListener("message", listener);
}
