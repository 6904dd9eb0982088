/** Files to begin with. Every base is an image that the machine can pull. */
export interface Template {
  readonly name: string;
  readonly says: string;
  readonly files: Readonly<Record<string, string>>;
}

export const templates: readonly Template[] = [
  {
    name: "busybox",
    says: "A script in the smallest image",
    files: {
      Dockerfile: `FROM busybox:1.35
COPY hello.sh /usr/local/bin/hello
RUN chmod +x /usr/local/bin/hello
USER nobody
CMD ["hello"]
`,
      "hello.sh": `#!/bin/sh
echo "Hello from $(hostname)"
`,
    },
  },
  {
    name: "python",
    says: "A small web server",
    files: {
      Dockerfile: `FROM python:3.11-slim
WORKDIR /app
COPY app.py .
USER nobody
EXPOSE 8000
CMD ["python3", "-u", "app.py"]
`,
      "app.py": `from http.server import BaseHTTPRequestHandler, HTTPServer


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"Hello from a container\\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", 8000), Hello).serve_forever()
`,
    },
  },
  {
    name: "nginx",
    says: "A page of your own",
    files: {
      Dockerfile: `FROM nginx:1.22
COPY index.html /usr/share/nginx/html/
EXPOSE 80
`,
      "index.html": `<!doctype html>
<title>My first image</title>
<h1>It works</h1>
<p>This page is a layer of an image I built.</p>
`,
    },
  },
];

/** What an empty Dockerfile begins with. */
export const firstLine = "FROM busybox:1.35\n";
