"""A service manager in small: starts a server with a socket that listens already, and prints what it is told of it."""

import os
import socket
import subprocess
import sys
import urllib.request

heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind("\0mlops-test-%d" % os.getpid())
heard.settimeout(30)
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]


environment = dict(os.environ, NOTIFY_SOCKET="@mlops-test-%d" % os.getpid(), LISTEN_FDS="1", WATCHDOG_USEC="400000")
# The process that is meant is known only once it is there: a shell writes its own number, and becomes the server.
command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *sys.argv[1:]]
server = subprocess.Popen(command, env=environment, close_fds=False, preexec_fn=lambda: os.dup2(listener.fileno(), 3, inheritable=True),
                          stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def hear(*passed_over):
    while True:
        message = heard.recv(4096).decode()
        if message not in passed_over:
            return message


print(hear())
print("alive" if hear() == "WATCHDOG=1" else "not alive")
print(urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/health/ready", timeout=20).status)
server.terminate()
print(hear("WATCHDOG=1"))
print(server.wait(30))
