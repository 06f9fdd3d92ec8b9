# SPDX-License-Identifier: GPL-2.0
"""
A tarfs-snapshotter in a directory of its own, and a client for it.

Copyright (C) 2026 The tarfs authors
"""
import os
import signal
import subprocess

import grpc

from wire import decode, encode, label_fields, labels_of, text

SERVICE = "/containerd.services.snapshots.v1.Snapshots/"
DIFF = "/containerd.services.diff.v1.Diff/"
VIEW, ACTIVE, COMMITTED = 1, 2, 3
HOW = "tarfs-snapshotter: layers are mounted "


def mounts_of(answer):
    """Return [(type, source, [options])]."""
    mounts = (decode(one) for one in answer.get(1, []))
    return [(text(m, 1), text(m, 2), [o.decode() for o in m.get(4, [])])
            for m in mounts]


def info_of(data):
    info = decode(data)
    return {"name": text(info, 1), "parent": text(info, 2),
            "kind": info.get(3, [0])[0], "labels": labels_of(info, 6),
            "created": decode(info[4][0]), "updated": decode(info[5][0])}


class Daemon:
    """A daemon that runs while the context is open."""

    def __init__(self, program, directory, *options, env=None):
        self.root = os.path.join(directory, "state")
        self.socket = os.path.join(directory, "socket")
        self.command = [program, "--root", self.root, "--address", self.socket,
                        *options]
        self.env = {**os.environ, **(env or {})}
        self.process = self.channel = self.namespace = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, text=True, env=self.env,
                                        stderr=subprocess.PIPE)
        self.channel = grpc.insecure_channel("unix:" + self.socket)
        return self

    def __exit__(self, *_):
        self.end()

    def end(self, how=signal.SIGTERM):
        """Return (exit status, what it said but for the line that is expected)."""
        self.channel.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        _, said = self.process.communicate(timeout=60)
        if said.startswith(HOW):
            said = said.partition("\n")[2]
        return self.process.returncode, said

    def detach(self):
        """Detach the layers, which stay mounted for containers."""
        mounts = os.path.join(self.root, "mounts")
        for name in os.listdir(mounts):
            subprocess.run(["umount", "-l", os.path.join(mounts, name)],
                           stderr=subprocess.DEVNULL, check=False)

    def call(self, path, fields, timeout=120):
        return decode(self.channel.unary_unary(path)(
            encode(fields), timeout=timeout, wait_for_ready=True,
            metadata=self.namespace and
            [("containerd-namespace", self.namespace)]))

    def snapshots(self, method, *fields):
        return self.call(SERVICE + method, [(1, "tarfs"), *fields])

    def prepare(self, key, parent="", labels=None, method="Prepare"):
        return mounts_of(self.snapshots(method, (2, key), (3, parent),
                                        *label_fields(4, labels or {})))

    def view(self, key, parent):
        return self.prepare(key, parent, method="View")

    def mounts(self, key):
        return mounts_of(self.snapshots("Mounts", (2, key)))

    def commit(self, key, name, labels=None):
        self.snapshots("Commit", (2, name), (3, key),
                       *label_fields(4, labels or {}))

    def remove(self, key):
        self.snapshots("Remove", (2, key))

    def stat(self, key):
        return info_of(self.snapshots("Stat", (2, key))[1][0])

    def update(self, key, labels, *paths):
        info = [(1, key), *label_fields(6, labels)]
        mask = [(3, [(1, path) for path in paths])] if paths else []
        return info_of(self.snapshots("Update", (2, info), *mask)[1][0])

    def usage(self, key):
        answer = self.snapshots("Usage", (2, key))
        return answer.get(1, [0])[0], answer.get(2, [0])[0]

    def list(self, *filters):
        stream = self.channel.unary_stream(SERVICE + "List")(encode(
            [(1, "tarfs"), *((2, one) for one in filters)]), timeout=60,
            wait_for_ready=True)
        return [info_of(one) for message in stream
                for one in decode(message).get(1, [])]

    def apply(self, descriptor, mounts, timeout=300):
        """Return (media type, digest, size) of what was applied."""
        media_type, digest, size = descriptor
        answer = self.call(DIFF + "Apply", [
            (1, [(1, media_type), (2, digest), (3, size)]),
            *((2, [(1, kind), (2, source), *((4, o) for o in options)])
              for kind, source, options in mounts)], timeout)
        applied = decode(answer[1][0])
        return text(applied, 1), text(applied, 2), applied[3][0]


def mounter(bin_dir):
    """Return the path of mount.tar, or None."""
    path = os.environ.get("MOUNT_TAR") or os.path.abspath(
        os.path.join(bin_dir, "mount.tar"))
    return path if os.access(path, os.X_OK) else None


class Mounted:
    """What a snapshot's mounts show, while the context is open."""

    def __init__(self, mounts, target):
        (self.kind, self.source, self.options), = mounts
        self.target = target

    def __enter__(self):
        os.makedirs(self.target, exist_ok=True)
        if self.kind == "bind":
            subprocess.run(["mount", "--bind", self.source, self.target],
                           check=True)
            if "ro" in self.options:
                subprocess.run(["mount", "-o", "remount,bind,ro", self.target],
                               check=True)
        else:
            subprocess.run(["mount", "-t", self.kind, self.source, self.target,
                            "-o", ",".join(self.options)], check=True)
        return self.target

    def __exit__(self, *_):
        subprocess.run(["umount", self.target], check=True)


def failure(call, *args, **kwargs):
    """Return the name of the status that a call fails with, or None."""
    try:
        call(*args, **kwargs)
    except grpc.RpcError as error:
        return error.code().name
    return None
