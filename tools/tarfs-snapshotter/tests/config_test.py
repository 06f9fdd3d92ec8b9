#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The configuration file: what it refuses, what wins over it, and both profiles on one
daemon.  Debian's python3 has grpc.

Copyright (C) 2026 The tarfs authors

Usage: config_test.py BIN_DIR
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile

import tap
import tardev_model as model
from apply_test import Content, sha256
from daemon import Daemon
from tardev_test import is_refused

HOST = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../tarfs-snapshotter.json")
RULE = {"namespace": "k8s.io", "profile": "tardev"}
WRONG = (
    ("", "line 1, column 0"), ("{", "line 1"), ("[]", "is not an object"),
    ('"x"', "line 1"), ('{"root": "/a", "root": "/b"}', "duplicate"),
    ({"rooot": "/a"}, 'unknown member "rooot"'),
    ({"root": 1}, '"root" is not a string'),
    ({"root": None}, '"root" is not a string'),
    ({"root": "a"}, '"root" must begin with \'/\', not "a"'),
    ({"root": ""}, '"root" must begin'),
    ({"root": "/a\0b"}, "line 1"),
    ({"address": "a"}, '"address" must begin'),
    ({"content": "a"}, '"content" must begin'),
    ({"mount_tar": ""}, '"mount_tar" must not be empty'),
    ({"mount-tar": "x"}, 'unknown member "mount-tar"'),
    ({"profile": "kata"}, '"profile" must be host or tardev, not "kata"'),
    ({"profiles": {}}, '"profiles" is not an array'),
    ({"profiles": ["x"]}, '"profiles"[0]: is not an object'),
    ({"profiles": [RULE, {}]}, '"profiles"[1]: has no "profile"'),
    ({"profiles": [{"profile": "host"}]},
     'must have either "namespace" or "label"'),
    ({"profiles": [{**RULE, "label": "a", "value": "b"}]},
     'must have either "namespace" or "label"'),
    ({"profiles": [{"label": "a", "profile": "host"}]},
     'has only one of "label" and "value"'),
    ({"profiles": [{**RULE, "value": "a"}]},
     'has only one of "label" and "value"'),
    ({"profiles": [{**RULE, "runtime": "a"}]}, 'unknown member "runtime"'),
    ({"profiles": [{**RULE, "profile": "x"}]},
     '"profiles"[0]: "profile" must be host or tardev'),
    ({"profiles": [{"namespace": "", "profile": "host"}]},
     '"namespace" must not be empty'),
)


def write(path, config):
    with open(path, "w", encoding="ascii") as file:
        file.write(config if isinstance(config, str) else json.dumps(config))
    return path


def check_wrong(program, directory):
    path = os.path.join(directory, "config")
    rows = [(["--config", path], 1, f"{path}: ", word, config)
            for config, word in WRONG]
    rows += [(["--config", "/none"], 1, "/none: ", "No such file", ""),
             (["--config", directory], 1, directory, "cannot read", ""),
             (["--profile", "kata"], 2, "--profile must be host or tardev",
              "'kata'", {})]
    for options, status, start, word, config in rows:
        write(path, config)
        done = subprocess.run(
            [program, "--root", directory + "/none", *options], timeout=60,
            capture_output=True, text=True, check=False)
        if not tap.ok(done.returncode == status and done.stderr.startswith(
                f"tarfs-snapshotter: {start}") and word in done.stderr and
                not os.path.exists(directory + "/none"),
                f"{config}: {word}"):
            tap.note(f"{done.returncode} {done.stderr}")


def check_settings(program, directory):
    """A daemon that takes all from the file, and one whose options win."""
    where = [os.path.join(directory, n) for n in ("file", "line")]
    path = write(directory + "/all", {
        "root": where[0] + "/r", "address": where[0] + "/s",
        "content": where[0], "mount_tar": "false", "profile": "tardev"})
    for one in where:
        os.mkdir(one)
    d = Daemon(program, directory)
    d.root, d.socket = where[0] + "/r", where[0] + "/s"
    d.command = [program, "--config", path]
    with d:
        tap.ok(d.prepare("a")[0][0] == "fuse3.kata-overlay" and
               os.path.isdir(d.root), "the file's root, address and profile")
        tap.ok(d.end() == (0, ""), "which ends well")
    d = Daemon(program, directory, "--config", path, "--profile", "host")
    d.root, d.socket = where[1] + "/r", where[1] + "/s"
    d.command[1:5] = ["--root", d.root, "--address", d.socket]
    with d:
        tap.ok(d.prepare("a")[0][0] == "bind" and os.path.isdir(d.root),
               "options win over the file")


def check_both(program, directory, content):
    """Both profiles, by namespace, by label, and by the parent."""
    path = write(directory + "/both", {"profiles": [
        RULE, {"namespace": "moby", "profile": "host"},
        {"label": "containerd.io/snapshot/runtime", "value": "kata",
         "profile": "tardev"}]})
    tar = model.make_tar({"f": b"f"})
    chain = model.chain_ids([tar])[0]
    labels = {model.DIGEST: sha256(gzip.compress(tar, mtime=0)),
              model.REF: chain}
    content.add(gzip.compress(tar, mtime=0))
    kata = {**labels, "containerd.io/snapshot/runtime": "kata"}
    with Daemon(program, directory, "--config", path, "--content",
                content.path) as d:
        def kind(key, parent="", namespace=None, given=None):
            d.namespace = namespace
            return d.prepare(key, parent, given)[0][0]
        overlay = "fuse3.kata-overlay"
        tap.ok(kind("x/1/a", namespace="k8s.io") == overlay and
               kind("k8s.io/2/a") == overlay, "a namespace, of header or key")
        tap.ok(kind("k8s.io/3/a", namespace="other") == "bind" and
               kind("other/4/a") == "bind" and kind("k8s.io") == "bind" and
               kind("k8s.io/x") == "bind" and kind("k8s.io2/1/x") == "bind",
               "the header counts, and a key must be one of containerd's")
        d.prepare("moby/5/a", "", labels)
        d.commit("moby/5/a", f"moby/6/{chain}", labels)
        tap.ok(kind("k8s.io/7/x", "", None, labels) == "bind",
               "containerd must not find the other profile's target")
        d.commit("k8s.io/7/x", f"k8s.io/8/{chain}", labels)
        is_refused("a host's layer below one of tardev", "INVALID_ARGUMENT",
                   f"parent moby/6/{chain} has the profile host, not tardev",
                   d.prepare, "k8s.io/9/a", f"moby/6/{chain}")
        is_refused("a layer of tardev below a host's", "INVALID_ARGUMENT",
                   f"parent k8s.io/8/{chain} has the profile tardev, not host",
                   d.view, "moby/9/a", f"k8s.io/8/{chain}")
        tap.ok(kind("other/10/a", f"k8s.io/8/{chain}") == overlay,
               "without a rule the parent's profile")
        tap.ok(d.prepare("other/11/a", f"k8s.io/8/{chain}") ==
               model.mount(d.root, [tar]), "and mount")
        other = model.make_tar({"g": b"g"})
        content.add(gzip.compress(other, mtime=0))
        kata[model.REF] = model.chain_ids([other])[0]
        kata[model.DIGEST] = sha256(gzip.compress(other, mtime=0))
        is_refused("a label", "ALREADY_EXISTS", kata[model.REF], d.prepare,
                   "other/12/a", "", kata)
        tap.ok(kind("other/13/a", "", None, {
            **kata, "containerd.io/snapshot/runtime": "runc"}) == "bind",
            "with another value")
        before = sorted((i["name"], i["kind"]) for i in d.list())
        tap.ok(d.end() == (0, ""), "it ends well")
    with Daemon(program, directory) as d:
        tap.ok(sorted((i["name"], i["kind"]) for i in d.list()) == before and
               d.mounts("other/11/a") == model.mount(d.root, [tar]) and
               d.mounts("other/4/a")[0][0] == "bind",
               "without the file each snapshot keeps its profile")


def main():
    program = tap.program(sys.argv[1], "tarfs-snapshotter")
    with tempfile.TemporaryDirectory() as directory:
        check_wrong(program, directory)
        check_settings(program, directory)
        check_both(program, directory, Content(directory))
        if tap.ok(os.path.exists(HOST), "there is an example"):
            with Daemon(program, directory, "--config", HOST) as d:
                tap.ok(d.prepare("k8s.io/1/example")[0][0] ==
                       "fuse3.kata-overlay" and
                       d.prepare("moby/1/example")[0][0] == "bind",
                       "which can be used")
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
