#!/usr/bin/env python3
"""tee.py FOLDER SERVER ARGS...: a language server whose every message is written down.

Stands where an editor expects the server, passes all bytes on, and writes one file for each session into FOLDER, a line
for each message: {"from": "client" or "server", "message": ...}, {"from": ..., "broken": why} for bytes that are no frame
(nothing follows on that side), and {"exit": code} at the end.
"""

import itertools
import json
import os
import subprocess
import sys
import threading

folder, command = sys.argv[1], sys.argv[2:]
log = open(os.path.join(folder, f"{os.getpid()}.jsonl"), "w", encoding="utf-8")
lock = threading.Lock()


def record(**entry):
    with lock:
        log.write(json.dumps(entry, ensure_ascii=False) + "\n")
        log.flush()


class Frames:
    """Reads a copy of one side's stream, strictly."""

    def __init__(self, side):
        self.side, self.waiting, self.is_broken = side, b"", False

    def feed(self, data):
        if self.is_broken:
            return
        self.waiting += data
        try:
            while message := self.next():
                record(**{"from": self.side, "message": json.loads(message)})
        except ValueError as why:
            self.is_broken = True
            record(**{"from": self.side, "broken": f"{why}: {self.waiting[:200]!r}"})

    def next(self):
        head, end, rest = self.waiting.partition(b"\r\n\r\n")
        if not end:
            if self.waiting and not b"Content-Length: ".startswith(self.waiting[:16]):
                raise ValueError("not a header")
            return None
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n"))
        if b"Content-Length" not in fields:
            raise ValueError("no Content-Length")
        length = int(fields[b"Content-Length"])
        if len(rest) < length:
            return None
        self.waiting = rest[length:]
        return rest[:length]


def pass_on(source, sink, side):
    frames = Frames(side)
    while data := os.read(source, 65536):
        # Written down first, so that the order of the file is that of cause and effect.
        frames.feed(data)
        try:
            sink.write(data)
            sink.flush()
        except BrokenPipeError:
            break
    if frames.waiting and not frames.is_broken:
        record(**{"from": side, "broken": "the stream ends within a frame"})


def pass_input_on():
    pass_on(sys.stdin.fileno(), server.stdin, "client")
    try:
        server.stdin.close()
    except BrokenPipeError:
        pass


server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
threading.Thread(target=pass_input_on, daemon=True).start()
pass_on(server.stdout.fileno(), sys.stdout.buffer, "server")
code = server.wait()
record(exit=code)
os._exit(code if code >= 0 else 128 - code)
