#!/usr/bin/env python3
"""Serves the bare repositories below a folder over HTTP: a small front of `git http-backend`, as a git host has a large one.

    git-http-server.py FOLDER PORT-FILE [TOKEN]

With a token, who asks must give it as a password. The port that the system has chosen is written to PORT-FILE. The file `cut`
in the folder cuts each answer to a fetch after that many bytes, as a broken line does.
"""
import base64, http.server, os, socketserver, subprocess, sys

FOLDER, PORT_FILE = os.path.abspath(sys.argv[1]), sys.argv[2]
TOKEN = sys.argv[3] if len(sys.argv) > 3 else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while True:
                size = int(self.rfile.readline().strip() or b"0", 16)
                piece = self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return data
                data += piece
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def is_known(self):
        if TOKEN is None:
            return True
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        return scheme == "Basic" and base64.b64decode(value).decode().partition(":")[2] == TOKEN

    def answer(self):
        body = self.body()
        if not self.is_known():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="store"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        environment = dict(
            os.environ, GIT_PROJECT_ROOT=FOLDER, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
            REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type", ""), REMOTE_USER="git",
            REMOTE_ADDR="127.0.0.1", CONTENT_LENGTH=str(len(body)), GIT_PROTOCOL=self.headers.get("Git-Protocol", ""),
            HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
        )
        finished = subprocess.run(["git", "http-backend"], input=body, env=environment, stdout=subprocess.PIPE)
        head, _, content = finished.stdout.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((value.split()[0] for name, value in headers if name == "Status"), "200")
        self.send_response(int(status))
        for name, value in headers:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        cut = os.path.join(FOLDER, "cut")
        if os.path.exists(cut) and path.endswith(("git-upload-pack", "git-receive-pack")):
            content = content[: int(open(cut).read())]
            self.close_connection = True
        self.wfile.write(content)

    do_GET = do_POST = answer


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
with open(PORT_FILE + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()
