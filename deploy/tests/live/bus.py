"""A NATS server with JetStream, from the package that `scripts/setup` brings."""

import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from product import free_port, wait

PROGRAM = Path(sys.executable).with_name("nats-server")


class Nats:
    def __init__(self):
        self.folder, self.port = tempfile.mkdtemp(prefix="dulle-nats-"), free_port()
        self.address = f"nats://127.0.0.1:{self.port}"
        command = [PROGRAM, "--addr", "127.0.0.1", "--port", str(self.port), "--jetstream", "--store_dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait("NATS", self.answers)

    def answers(self):
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)
