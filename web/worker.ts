self.postMessage({ kind: "start-failed", message: "placeholder", advice: "" });
