import json
import socket

engine = socket.socket(socket.AF_UNIX)
engine.connect("/var/run/docker.sock")
engine.sendall(b"GET /containers/json HTTP/1.0\r\n\r\n")

answer = engine.makefile("rb").read()
body = answer.split(b"\r\n\r\n", 1)[1]
for container in json.loads(body):
    print(container["Names"][0], container["Image"])
