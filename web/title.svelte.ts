/** What the page shown calls itself; the browser's tab and its history say it. */
export const site = $state({ title: "" });
