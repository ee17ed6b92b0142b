#!/usr/bin/env python3
"""validate.py FOLDER: holds the sessions that tee.py wrote down against LSP 3.17, as lsprotocol models it.

Every message of the server has to be a frame, to have the type that the meta model gives it, to go in the right
direction, at the right time, and to use only what the client offered. Types are checked by a round trip: lsprotocol alone
takes "3" for 3, and drops fields that it does not know. Each request has to be answered exactly once.
"""

import enum
import glob
import json
import os
import sys
from collections import Counter

from lsprotocol import converters, types

converter = converters.get_converter()

# What a server may send before it was initialized.
EARLY = {
    "window/showMessage",
    "window/logMessage",
    "telemetry/event",
    "window/showMessageRequest",
    "$/progress",
}

# Requests of the server, with what the client has to have offered.
OFFERS = {
    "workspace/configuration": ("workspace", "configuration"),
    "workspace/applyEdit": ("workspace", "applyEdit"),
    "workspace/workspaceFolders": ("workspace", "workspaceFolders"),
    "window/workDoneProgress/create": ("window", "workDoneProgress"),
    "workspace/diagnostic/refresh": ("workspace", "diagnostics", "refreshSupport"),
    "workspace/inlayHint/refresh": ("workspace", "inlayHint", "refreshSupport"),
    "workspace/semanticTokens/refresh": ("workspace", "semanticTokens", "refreshSupport"),
    "workspace/codeLens/refresh": ("workspace", "codeLens", "refreshSupport"),
    "window/showDocument": ("window", "showDocument", "support"),
}


def get(value, *path):
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def differences(wire, model, path="$"):
    if isinstance(model, enum.Enum):
        model = model.value
    if isinstance(wire, dict) and isinstance(model, dict):
        for key in sorted(wire.keys() | model.keys()):
            if key not in model:
                yield f"{path}.{key}: not in the model, or null where it may only be absent: {wire[key]!r:.60}"
            elif key not in wire:
                yield f"{path}.{key}: missing"
            else:
                yield from differences(wire[key], model[key], f"{path}.{key}")
    elif isinstance(wire, list) and isinstance(model, list) and len(wire) == len(model):
        for at, (a, b) in enumerate(zip(wire, model)):
            yield from differences(a, b, f"{path}[{at}]")
    elif type(wire) is not type(model) or wire != model:
        yield f"{path}: {wire!r:.60}, but {model!r:.60} in the model"


def causes(error):
    inner = getattr(error, "exceptions", None)
    if not inner:
        return [f"{type(error).__name__}: {str(error)[:200]}"]
    return [cause for each in inner for cause in causes(each)][:4]


def reversed_ranges(value):
    if isinstance(value, dict):
        start, end = ((get(value, edge, "line"), get(value, edge, "character")) for edge in ("start", "end"))
        if all(type(part) is int for part in start + end) and start > end:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from reversed_ranges(each)


class Session:
    def __init__(self):
        self.problems = []
        self.counts = Counter()
        self.asked = {"client": {}, "server": {}}  # method by id
        self.offered = {}
        self.is_initialized = self.is_over = False
        self.versions = {}

    def problem(self, text):
        self.problems.append(text)

    def check_type(self, message, kind, name):
        try:
            model = converter.structure(message, kind)
        except Exception as error:
            for cause in causes(error):
                self.problem(f"{name}: {cause}")
            return
        for difference in differences(message, converter.unstructure(model, unstructure_as=kind)):
            self.problem(f"{name}: {difference}")

    def read(self, entry):
        if "exit" in entry:
            return
        if "broken" in entry:
            if entry["from"] == "server":
                self.problem(f"no frame: {entry['broken']}")
            return
        message = entry["message"]
        if entry["from"] == "client":
            self.of_client(message)
        else:
            self.of_server(message)

    def of_client(self, message):
        method = get(message, "method")
        if method and "id" in message:
            self.asked["client"][message["id"]] = method
        if method == "initialize":
            self.offered = get(message, "params", "capabilities") or {}
        if method == "textDocument/didOpen":
            # Versions count anew: what was closed just before need not have been cleared.
            self.versions.pop(message["params"]["textDocument"]["uri"], None)
        if method == "exit":
            self.is_over = True
        if not method:
            self.asked["server"].pop(get(message, "id"), None)

    def of_server(self, message):
        method = get(message, "method")
        self.counts[method or "reply"] += 1
        if get(message, "jsonrpc") != "2.0":
            self.problem(f"jsonrpc is not 2.0: {message!r:.100}")
        for found in reversed_ranges(message):
            self.problem(f"a range ends before it starts: {found}")
        if method:
            self.call(method, message)
        else:
            self.reply(message)

    def call(self, method, message):
        if not self.is_initialized and method not in EARLY:
            self.problem(f"{method} before initialize was answered")
        if "id" in message:
            if message["id"] in self.asked["server"]:
                self.problem(f"{method}: the id {message['id']!r} is in use")
            self.asked["server"][message["id"]] = method
        if method not in types.METHOD_TO_TYPES:
            return self.problem(f"{method} is no method")
        if types.message_direction(method) not in ("both", "serverToClient"):
            self.problem(f"{method} is not for servers to send")
        self.check_type(message, types.METHOD_TO_TYPES[method][0], method)
        if method in OFFERS and not get(self.offered, *OFFERS[method]):
            self.problem(f"{method}, which the client did not offer")
        if method == "client/registerCapability":
            for registration in message["params"]["registrations"]:
                area, _, name = registration["method"].partition("/")
                if get(self.offered, area, name, "dynamicRegistration") is not True:
                    self.problem(f"registers {registration['method']}, which the client did not offer")
        if method == "textDocument/publishDiagnostics":
            uri, version = message["params"]["uri"], message["params"].get("version")
            if version is not None:
                if version < self.versions.get(uri, version):
                    self.problem(f"diagnostics of version {version} after those of {self.versions[uri]}")
                self.versions[uri] = version
            else:
                # Closed; a version of the next time may be lower.
                self.versions.pop(uri, None)

    def reply(self, message):
        if ("result" in message) == ("error" in message):
            self.problem(f"not one of result and error: {message!r:.100}")
        if message.get("id") is None:
            return self.check_type(message, types.ResponseErrorMessage, "the reply to what could not be read")
        method = self.asked["client"].pop(message["id"], None)
        if method is None:
            return self.problem(f"a reply to {message['id']!r}, which nobody asked or which was answered")
        if method == "initialize":
            self.is_initialized = "result" in message
        if "error" in message:
            self.check_type(message, types.ResponseErrorMessage, f"the error of {method}")
        elif method == "textDocument/codeAction" and isinstance(message["result"], list):
            # lsprotocol takes whatever has a `command` for a Command: an action with one, too.
            self.check_type(message | {"result": []}, types.METHOD_TO_TYPES[method][1], f"the result of {method}")
            for n, action in enumerate(message["result"]):
                kind = types.Command if isinstance(get(action, "command"), str) else types.CodeAction
                self.check_type(action, kind, f"the result of {method}, [{n}]")
        elif method in types.METHOD_TO_TYPES:
            self.check_type(message, types.METHOD_TO_TYPES[method][1], f"the result of {method}")

    def end(self):
        for method in self.asked["client"].values():
            if not self.is_over:
                self.problem(f"{method} was never answered")


def main():
    logs = sorted(glob.glob(os.path.join(sys.argv[1], "*.jsonl")))
    counts, failed = Counter(), 0
    for log in logs:
        session = Session()
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                session.read(json.loads(line))
        session.end()
        counts += session.counts
        failed += bool(session.problems)
        for problem in dict.fromkeys(session.problems):
            print(f"{log}: {problem}")
    print(", ".join(f"{method} {count}" for method, count in sorted(counts.items())))
    print(f"{len(logs) - failed} passed, {failed} failed")
    sys.exit(bool(failed) or not counts)


main()
