/** What a screen reader is told next: state that a sighted user sees change. */
export const announcement = $state({ text: "" });

export function announce(text: string): void {
  announcement.text = text;
}
