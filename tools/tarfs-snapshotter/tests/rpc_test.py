#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The server for gRPC with a real client, with clients that break its rules, and
with clients that do not go on.  Debian's python3 has grpc.

Copyright (C) 2026 The tarfs authors

Usage: rpc_test.py BIN_DIR
"""
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

import tap
from wire import decode, encode, label_fields, labels_of, text

TOP = Path(__file__).resolve().parents[3]
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, DATA, RST, SETTINGS, GOAWAY, WINDOW = 1, 0, 3, 4, 7, 8
LIMITS = [("grpc.max_receive_message_length", -1),
          ("grpc.max_send_message_length", -1)]


class Server:
    """An echo_server that runs while the context is open."""

    def __init__(self, program, directory):
        self.program = program
        self.socket = os.path.join(directory, "socket")
        self.notify = os.path.join(directory, "notify")

    def __enter__(self):
        waiter = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        waiter.bind(self.notify)
        waiter.settimeout(20)
        self.process = subprocess.Popen(
            [self.program, self.socket], stderr=subprocess.PIPE,
            env={**os.environ, "NOTIFY_SOCKET": self.notify,
                 "ASAN_OPTIONS": "quarantine_size_mb=1"})
        self.said = waiter.recv(100)
        waiter.close()
        os.unlink(self.notify)
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            _, errors = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, errors = self.process.communicate()
        return self.process.returncode, errors.decode()

    def channel(self):
        return grpc.insecure_channel("unix:" + self.socket, LIMITS)

    def memory(self):
        """Return the resident memory, in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.split("VmRSS:")[1].split()[0])


def request(key="", parent="", labels=None):
    return encode([(2, key), (3, parent)] + label_fields(4, labels or {}))


def call(channel, method, *args, timeout=30, metadata=None, **kwargs):
    return decode(channel.unary_unary("/test/" + method)(
        request(*args, **kwargs), timeout=timeout, metadata=metadata,
        wait_for_ready=True))


def failure(channel, *args, **kwargs):
    """Return (code, text) of a call that fails."""
    try:
        call(channel, *args, **kwargs)
    except grpc.RpcError as error:
        return error.code(), error.details()
    return None, None


def check_calls(server):
    with server.channel() as channel:
        got = call(channel, "Echo", "k/\u00e4", labels={"a": "b", "c": ""},
                   metadata=[("containerd-namespace", "n s")])
        tap.ok((text(got, 1), text(got, 2), labels_of(got, 6)) ==
               ("k/\u00e4", "n s", {"a": "b", "c": ""}), "a unary call")
        said = "snapshot \"\u00e4\" 100%\nnot found"
        got = [failure(channel, "Fail", str(code.value[0]), said)
               for code in grpc.StatusCode if code.value[0]]
        tap.ok(got == [(code, said) for code in grpc.StatusCode
                       if code.value[0]], "every status, with its text")
        tap.ok(failure(channel, "Nothing")[0] ==
               grpc.StatusCode.UNIMPLEMENTED, "a method that is not there")
        rest = channel.unary_stream("/test/Repeat")(request("5", "70000"))
        sizes = [len(decode(message)[1][0]) for message in rest]
        tap.ok(sizes == [70000] * 5, "a stream of messages")
        rest = channel.unary_stream("/test/Repeat")(request("0", ""))
        tap.ok(not list(rest), "a stream of no messages")


def check_sizes(server):
    with server.channel() as channel:
        labels = {f"label-{i}": "v" * 4000 for i in range(1000)}
        got = call(channel, "Echo", "k", labels=labels)
        tap.ok(labels_of(got, 6) == labels, "a request of 4 MB comes back")
        code, said = failure(channel, "Echo", "x" * (4 * 1024 * 1024))
        tap.ok(code == grpc.StatusCode.RESOURCE_EXHAUSTED, f"more: {said}")
        got = call(channel, "Repeat", "1", str(20 * 1024 * 1024))
        tap.ok(len(got[1][0]) == 20 * 1024 * 1024, "an answer of 20 MB")
        code, said = failure(channel, "Echo", "k", metadata=[
            ("long", "x" * 20000)])
        tap.ok(code is not None, f"headers of 20 kB are refused: {code}")
        tap.ok(text(call(channel, "Echo", "k"), 1) == "k",
               "and the connection goes on")


def check_parallel(server):
    channels = [server.channel() for _ in range(4)]
    with ThreadPoolExecutor(64) as pool:
        calls = [pool.submit(call, channels[i % 4], "Wait", "100",
                             labels={"i": str(i)}) for i in range(64)]
        began = time.monotonic()
        quick = text(call(channels[0], "Echo", "quick"), 1)
        took = time.monotonic() - began
        answers = [labels_of(one.result(), 6)["i"] for one in calls]
    tap.ok(answers == [str(i) for i in range(64)], "64 calls at once")
    counts = decode(channels[0].unary_unary("/test/Count")(b""))
    tap.ok(counts[1] == [8], "8 of them run at a time")
    tap.ok(quick == "quick" and took < 0.5,
           "long calls do not keep quick ones waiting")
    for channel in channels:
        channel.close()


def check_cancel(server):
    with server.channel() as channel:
        code, _ = failure(channel, "Wait", "600000", timeout=0.3)
        tap.ok(code == grpc.StatusCode.DEADLINE_EXCEEDED, "a client gives up")
        for _ in range(100):
            if not decode(channel.unary_unary("/test/Count")(b"")).get(2):
                break
            time.sleep(0.1)
        tap.ok(not decode(channel.unary_unary("/test/Count")(b"")).get(2),
               "then its call is cancelled")


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + \
        struct.pack(">I", stream) + payload


def literal(name, value):
    """A header field in HPACK, not indexed, without Huffman coding."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def headers(stream, path=b"/test/Echo", end=False, **other):
    fields = {b":method": b"POST", b":scheme": b"http", b":path": path,
              b":authority": b"x", b"content-type": b"application/grpc",
              b"te": b"trailers"}
    fields.update({k.replace("_", "-").encode(): v for k, v in other.items()})
    fields = {k: v for k, v in fields.items() if v is not None}
    return frame(HEADERS, 4 | bool(end), stream,
                 b"".join(literal(*field) for field in fields.items()))


def message(data, flag=0):
    return bytes([flag]) + struct.pack(">I", len(data)) + data


def connect(server, *sent, greet=True):
    client = socket.socket(socket.AF_UNIX)
    client.connect(server.socket)
    client.settimeout(20)
    try:
        client.sendall((PREFACE + frame(SETTINGS, 0, 0) if greet else b"") +
                       b"".join(sent))
    except OSError:
        pass    # the server may have heard enough
    return client


def read_all(client, stop=lambda data: False):
    data = b""
    try:
        while not stop(data):
            got = client.recv(65536)
            if not got:
                break
            data += got
    except OSError:
        pass
    client.close()
    return data


def first_headers(data):
    """Return the flags of the first frame of headers, or None."""
    at = 0
    while at + 9 <= len(data):
        size = int.from_bytes(data[at:at + 3], "big")
        if data[at + 3] == HEADERS:
            return data[at + 4]
        at += 9 + size
    return None


def refuses(server, claim, *sent):
    """Does the server answer without a message?"""
    flags = first_headers(read_all(connect(server, *sent), lambda data:
                                   first_headers(data) is not None))
    tap.ok(flags is not None and flags & 1, claim)


def check_bad_clients(server):
    refuses(server, "compression", headers(1, grpc_encoding=b"gzip"),
            frame(DATA, 1, 1, message(b"", 1)))
    refuses(server, "no te", headers(1, te=None, end=True))
    refuses(server, "another content", headers(1, content_type=b"text/html"))
    refuses(server, "no message", headers(1, end=True))
    refuses(server, "half a message", headers(1),
            frame(DATA, 1, 1, message(b"abc")[:-1]))
    refuses(server, "two messages", headers(1),
            frame(DATA, 1, 1, message(b"") * 2))
    refuses(server, "a message that is none", headers(1),
            frame(DATA, 1, 1, message(b"\x0a\xff\xff\xff\xff\x0f")))
    refuses(server, "the method before its request ends",
            headers(1, path=b"/test/Nothing"))
    refuses(server, "a size of 4 GiB before it comes", headers(1),
            frame(DATA, 0, 1, b"\0\xff\xff\xff\xff"))
    for claim, garbage in (
            ("zeros", bytes(4096)), ("HTTP/1", b"GET / HTTP/1.1\r\n\r\n"),
            ("noise", os.urandom(100000))):
        data = read_all(connect(server, garbage, greet=False))
        tap.ok(len(data) < 200, f"{claim}: the connection is closed")
    data = read_all(connect(server, frame(DATA, 0, 1, b"x" * 100)))
    tap.ok(frame(GOAWAY, 0, 0)[3:5] in data, "data of no stream: GOAWAY")
    connect(server, headers(1)).close()
    connect(server, headers(1), frame(DATA, 1, 1, message(b""))).close()


def check_resets(server):
    """Streams that are reset at once leave no calls behind."""
    client = connect(server)
    for i in range(1, 1201, 2):
        try:
            client.sendall(headers(i, path=b"/test/Wait") + frame(
                DATA, 1, i, message(request("100000"))) +
                frame(RST, 0, i, bytes(4)))
        except OSError:
            break
    client.close()
    with server.channel() as channel:
        tap.ok(text(call(channel, "Wait", "1"), 1) == "1",
               "600 calls that are reset at once hold up nothing")


def check_slow_readers(server):
    """Clients that never read: memory is bounded, and they are cut off."""
    before = server.memory()
    clients = []
    ask = b"".join(headers(i, path=b"/test/Repeat") + frame(
        DATA, 1, i, message(request("1", "4000000"))) for i in range(1, 200, 2))
    for _ in range(20):
        # a window for all answers, so that only the socket is full
        window = frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 2**31 - 1)) + \
            frame(WINDOW, 0, 0, struct.pack(">I", 2**30))
        clients.append(connect(server, window, ask))
    time.sleep(3)
    # 16 answers of 4 MB leave less than another 4 MB of the limit
    large = "x" * 3900000
    with server.channel() as channel:
        code, said = failure(channel, "Echo", large)
        tap.ok(code == grpc.StatusCode.RESOURCE_EXHAUSTED,
               f"no more memory for others, for a while: {said}")
    grown = server.memory() - before
    tap.ok(grown < 200 * 1024, f"the answers of 2000 calls take {grown} KiB")
    with server.channel() as channel:
        for _ in range(100):
            if failure(channel, "Echo", large)[0] is None:
                break
            time.sleep(1)
        tap.ok(text(call(channel, "Echo", "k"), 1) == "k",
               "clients that do not read are cut off")
    for client in clients:
        client.close()


def is_cut_off(client):
    """Has the server closed the connection, or will it soon?"""
    client.settimeout(60)
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def check_stalls(server):
    """Clients that say nothing, stop midway, or never read are cut off."""
    clients = {"nothing": connect(server, greet=False),
               "half a request": connect(server, headers(1))}
    check_slow_readers(server)
    for claim, client in clients.items():
        tap.ok(is_cut_off(client), f"a client that sends {claim} is cut off")
        client.close()


def check_many(server):
    clients = [connect(server) for _ in range(300)]
    closed = 0
    for client in clients[-20:]:
        client.settimeout(5)
        try:
            closed += not client.recv(1)
        except ConnectionError:
            closed += 1
        except OSError:
            pass
    tap.ok(closed == 20, "the 281st to 300th connection are refused")
    for client in clients:
        client.close()
    with server.channel() as channel:
        tap.ok(text(call(channel, "Echo", "k"), 1) == "k",
               "then there is room again")


def check_end(program, directory):
    """SIGTERM: what has begun ends, what is new is refused."""
    with Server(program, directory) as server:
        with server.channel() as channel:
            waiting = channel.unary_unary("/test/Wait").future(request("700"))
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
            tap.ok(not os.path.exists(server.socket), "the socket is gone")
            tap.ok(text(decode(waiting.result(timeout=20)), 1) == "700",
                   "a call that runs at SIGTERM is answered")
        status, said = server.end()
        tap.ok(status == 0 and not said, f"it ends well: {status} {said}")
    with Server(program, directory) as server:
        with server.channel() as channel:
            waiting = channel.unary_unary("/test/Wait").future(
                request("600000"))
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            error = waiting.exception(timeout=30)
            tap.ok(error.code() == grpc.StatusCode.CANCELLED,
                   "a call that takes too long is cancelled then")
        status, said = server.end()
        tap.ok(status == 0 and not said, f"it ends well: {status} {said}")


def check_socket(program, directory):
    with Server(program, directory) as server:
        tap.ok(server.said == b"READY=1", "NOTIFY_SOCKET")
        tap.ok(os.stat(server.socket).st_mode & 0o777 == 0o600,
               "nobody else may connect")
        done = subprocess.run([program, server.socket], capture_output=True,
                              check=False)
        tap.ok(done.returncode == 1 and b"another program" in done.stderr,
               "a socket that is in use")
        server.process.kill()
        server.process.wait()
        tap.ok(os.path.exists(server.socket), "a kill leaves the socket")
    with Server(program, directory) as server, server.channel() as channel:
        tap.ok(text(call(channel, "Echo", "k"), 1) == "k",
               "which is replaced")
    Path(server.socket).write_text("", "ascii")
    done = subprocess.run([program, server.socket], capture_output=True,
                          check=False)
    tap.ok(done.returncode == 1 and b"no socket" in done.stderr and
           os.path.exists(server.socket), "a file is not")
    os.unlink(server.socket)


def main():
    subprocess.run(["make", "-s", "-C", TOP / "tools", "SAN=1", "echo_server"],
                   check=True, stdout=subprocess.DEVNULL)
    program = str(TOP / "build/san/tests/echo_server")
    with tempfile.TemporaryDirectory() as directory:
        check_socket(program, directory)
        with Server(program, directory) as server:
            for check in (check_calls, check_sizes, check_parallel,
                          check_cancel, check_bad_clients, check_resets,
                          check_many, check_stalls):
                check(server)
            status, said = server.end()
            tap.ok(status == 0 and not said, f"no leak: {status} {said}")
        check_end(program, directory)
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
