#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The profile tardev: labels, names and mounts byte for byte as the model has them, and
what containerd's CRI does to get them.  Debian's python3 has grpc.

Copyright (C) 2026 The tarfs authors

Usage: tardev_test.py BIN_DIR [VECTORS_DIR]
"""
import gzip
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import mounts
import tap
import tardev_model as model
from apply_test import GZIP, Content, sha256
from daemon import ACTIVE, COMMITTED, Daemon, failure, mounter

VECTORS = {
    "seed-layer2":
    "3e180656327e86fa7aa220ff278695f1df2a2679e1aa80e8a454ccf0460c7d39",
    "empty":
    "67450082ab56da1aecc5eae2f18d980cd9e7306e79334a1a826a91cfd90114a8",
    "distroless-tmp":
    "8838c182457ea7b7c6f8bf8a73a39737e4a9c59e552dd906321b27e65abea1e7",
    "distroless-nsswitch":
    "a10d477bcf18082f2c951eb43a78fd1f4c09975c12e3873bc86f2ca7c969901e",
}
# mount(8), which kata-overlay runs, for types that only this tree has helpers for
MOUNT = """#!/bin/sh
# -t tar -o OPTIONS -- SOURCE DIR
[ "$1 $2 $3" = "-t tar -o" ] || exit 1
exec {} "$6" "$7" -o "$4"
"""


def layers(count):
    """The top layer replaces a file, hides one, and adds one."""
    return [model.make_tar({"d": None, f"d/f{i}": b"%d" % i * 3000, "same":
                            b"%d" % i, **({f"d/.wh.f{i - 2}": b""} if i % 3 == 2
                                          else {})}) for i in range(count)]


def tree(count):
    gone = {i - 2 for i in range(count) if i % 3 == 2}
    return {"same": b"%d" % (count - 1),
            **{f"d/f{i}": b"%d" % i * 3000 for i in range(count)
               if i not in gone}}


def read(path):
    found = {}
    for folder, _, names in os.walk(path):
        for name in names:
            full = os.path.join(folder, name)
            with open(full, "rb") as file:
                found[os.path.relpath(full, path)] = file.read()
    return found


def labels(tar, target, blob=None):
    return {model.DIGEST: sha256(blob or gzip.compress(tar, mtime=0)),
            model.REF: target, "containerd.io/snapshot/cri.image-ref": "i"}


def refused(call, *args, **kwargs):
    """Return 'STATUS: text' of a call that fails, or ''."""
    try:
        call(*args, **kwargs)
    except grpc.RpcError as error:
        return f"{error.code().name}: {error.details()}"
    return ""


def is_refused(claim, want, word, call, *args, **kwargs):
    got = refused(call, *args, **kwargs)
    tap.ok(got.startswith(want + ": ") and word in got, f"{claim}: {got}")


def names_of(d):
    """Return {name: inode} of what Kata can open."""
    folder = os.path.join(d.root, "layers")
    return {name: os.stat(os.path.join(folder, name)).st_ino
            for name in os.listdir(folder) if len(name) == 64}


def pull(d, content, tars, namespace="k8s.io"):
    """Do as containerd does for each layer; return the answers of Prepare."""
    parent, answers = "", []
    for i, (tar, chain) in enumerate(zip(tars, model.chain_ids(tars))):
        content.add(gzip.compress(tar, mtime=0))
        answers.append(refused(d.prepare, f"{namespace}/{i}/extract-{i} {chain}",
                               parent, labels(tar, chain)))
        parent = chain
    return answers, parent


def differs(got, want):
    if got != want:
        tap.note(f"GOT  {got}\nWANT {want}")
    return got != want


def check_chain(d, content, count):
    tars = layers(count)
    answers, top = pull(d, content, tars)
    tap.ok(all(a.startswith("ALREADY_EXISTS") for a in answers),
           f"{count} layers: nothing to unpack")
    want = model.mount(d.root, tars)
    tap.ok(not differs(d.view(f"k8s.io/50/v{count}", top), want) and
           not differs(d.prepare(f"k8s.io/51/a{count}", top), want) and
           not differs(d.mounts(f"k8s.io/50/v{count}"), want) and
           not differs(d.mounts(f"k8s.io/51/a{count}"), want),
           "the mount of a view and of an active snapshot")
    chain, good = model.chain_ids(tars), True
    for i, tar in enumerate(tars):
        info = d.stat(chain[i])
        good &= not differs(
            (info["kind"], info["parent"], info["labels"]),
            (COMMITTED, chain[i - 1] if i else "",
             {**labels(tar, chain[i]), model.LABEL: model.root_hash(tar)}))
        found = d.list(f'labels."{model.REF}"=={chain[i]}')
        good &= [f["name"] for f in found if f["kind"] == COMMITTED] == [chain[i]]
    tap.ok(good, "the labels, and containerd finds each by them")
    good = set(names_of(d)) >= set(model.layer_names(chain))
    for name, tar, one in zip(model.layer_names(chain), tars, chain):
        path = os.path.join(d.root, "layers", name)
        with open(path, "rb") as file:
            image = file.read()
        data = model.data_device(tar)
        good &= stat.S_ISREG(os.lstat(path).st_mode) and \
            image.startswith(data) and d.usage(one) == (len(image), 1)
    tap.ok(good, "regular files that begin with the data device")
    tap.ok(d.usage(f"k8s.io/51/a{count}") == (0, 0), "a container uses nothing")
    return tars, top


def forget(d, *keys):
    for key in keys:
        d.remove(key)


def check_vectors(d, content, directory):
    if not directory:
        tap.skip("published root hashes", "no vectors")
        return
    for name, want in VECTORS.items():
        with open(os.path.join(directory, name + ".tar"), "rb") as file:
            tar = file.read()
        (answer,), top = pull(d, content, [tar])
        tap.ok(answer.startswith("ALREADY_EXISTS") and
               d.stat(top)["labels"][model.LABEL] == want, f"{name}: {want[:16]}")
        d.remove(top)


def check_kata_overlay(d, bin_dir, work, count, top):
    """What containerd mounts of an answer, through mount.fuse3 and the helper."""
    (kind, source, options), = d.view("k8s.io/60/passwd", top)
    where, tools = (mounts.directory(work, n) for n in ("mnt", "tools"))
    with open(tools + "/mount", "w", encoding="ascii") as file:
        file.write(MOUNT.format(mounter(bin_dir)))
    os.chmod(tools + "/mount", 0o755)
    done = subprocess.run(
        [os.path.abspath(tap.program(bin_dir, kind.removeprefix("fuse3."))),
         source, where, *(w for o in options for w in ("-o", o))],
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False)
    tap.ok(not done.returncode and not differs(read(where), tree(count)),
           f"kata-overlay shows the tree of {count} layers")
    if done.returncode:
        tap.note(done.stderr)
    else:
        mounts.unmount(where)
    d.remove("k8s.io/60/passwd")


def check_commit(d, content):
    """The blob comes after Prepare, as without an early answer."""
    tar = model.make_tar({"late": b"late"})
    blob = gzip.compress(tar, mtime=0)
    chain = model.chain_ids([tar])[0]
    both, key = labels(tar, chain), "k8s.io/70/extract"
    got = d.prepare(key, "", both)
    (kind, source, options), = got
    tap.ok((kind, options) == ("bind", ["bind"]) and os.path.isdir(source) and
           d.mounts(key) == got and d.stat(key)["kind"] == ACTIVE,
           "without the blob: a directory to unpack to")
    with open(source + "/vain", "w", encoding="ascii"):
        pass
    is_refused("Commit without the blob", "NOT_FOUND", "No such file",
               d.commit, key, f"k8s.io/71/{chain}", both)
    content.add(blob)
    is_refused("without the label", "UNIMPLEMENTED", "cri.layer-digest",
               d.commit, key, f"k8s.io/71/{chain}", {})
    is_refused("with another one", "INVALID_ARGUMENT", "was prepared for",
               d.commit, key, f"k8s.io/71/{chain}",
               {model.DIGEST: "sha256:" + 64 * "0"})
    d.commit(key, f"k8s.io/71/{chain}", both)
    info = d.stat(f"k8s.io/71/{chain}")
    tap.ok(info["labels"] == {**both, model.LABEL: model.root_hash(tar)} and
           list(names_of(d)) == model.layer_names([chain]) and
           not differs(d.view("k8s.io/72/v", f"k8s.io/71/{chain}"),
                       model.mount(d.root, [tar])) and
           not os.path.exists(source), "Commit makes the layer of the blob")
    is_refused("Prepare finds what Commit has made", "ALREADY_EXISTS", chain,
               d.prepare, "other/1/x", "", both)
    d.update(f"k8s.io/71/{chain}", {"containerd.io/gc.root": "x"})
    tap.ok(d.stat(f"k8s.io/71/{chain}")["labels"] ==
           {"containerd.io/gc.root": "x", model.LABEL: model.root_hash(tar)},
           "Update of all labels keeps the root hash")
    forget(d, "k8s.io/72/v", f"k8s.io/71/{chain}")
    key = "k8s.io/73/container"
    tap.ok(d.prepare(key) == [("fuse3.kata-overlay", "/", [
        f"{model.OPT}layer-src-prefix={d.root}/layers",
        f"{model.OPT}overlay-rw", "lowerdir="])], "no layers at all")
    is_refused("Commit of a container", "UNIMPLEMENTED", "cri.layer-digest",
               d.commit, key, "c", {})
    d.remove(key)
    mount = d.prepare("k8s.io/74/x", "", {model.DIGEST: both[model.DIGEST]})
    tap.ok(mount[0][0] == "bind" and
           d.apply(content.add(blob), mount)[1] == sha256(tar),
           "Apply, without a target")
    d.commit("k8s.io/74/x", f"k8s.io/75/{chain}", both)
    tap.ok(d.stat(f"k8s.io/75/{chain}")["labels"][model.LABEL] ==
           model.root_hash(tar) and d.list() and
           os.listdir(os.path.join(d.root, "layers")).count(
               sha256(tar)[7:] + "-1") == 1, "makes the same image")
    d.remove(f"k8s.io/75/{chain}")


def check_wrong(d, content):
    tar = model.make_tar({"w": b"w"})
    blob = gzip.compress(tar, mtime=0)
    content.add(blob)
    is_refused("a blob of another chain ID", "DATA_LOSS", "makes the chain ID",
               d.prepare, "k8s.io/1/x", "", labels(tar, "sha256:" + 64 * "1"))
    bad = blob[:20] + b"\xff" + blob[21:]
    content.add(bad, GZIP, sha256(b"bad"))
    got = refused(d.prepare, "k8s.io/1/x", "", {
        **labels(tar, model.chain_ids([tar])[0]), model.DIGEST: sha256(b"bad")})
    tap.ok(got.startswith(("DATA_LOSS", "INTERNAL")), f"a damaged blob: {got}")
    is_refused("no such parent", "NOT_FOUND", "parent", d.prepare, "k8s.io/1/x",
               "none", labels(tar, "sha256:" + model.sha256(
                   f"none {sha256(tar)}".encode())))
    other = model.make_tar({"o": b"o"})
    content.add(gzip.compress(other, mtime=0))
    for i, one in enumerate((tar, other)):
        d.prepare(f"k8s.io/{i}/c", "", {model.DIGEST: labels(one, "")[model.DIGEST]})
    d.commit("k8s.io/0/c", "k8s.io/5/name", labels(tar, ""))
    is_refused("a name for two layers", "ALREADY_EXISTS", "another content",
               d.commit, "k8s.io/1/c", "other/6/name", labels(other, ""))
    forget(d, "k8s.io/1/c", "k8s.io/5/name")
    tap.ok(not any(os.listdir(os.path.join(d.root, name)) for name in
                   ("staging", "layers", "snapshots")), "nothing is left")


def big(content):
    tar = model.make_tar({f"f{i}": os.urandom(1 << 20) for i in range(60)})
    return tar, content.add(gzip.compress(tar, 1, mtime=0))[1]


def check_parallel(d, content):
    tar, digest = big(content)
    chain = model.chain_ids([tar])[0]
    both = {model.REF: chain, model.DIGEST: digest}
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda i: failure(
            d.prepare, f"n{i % 2}/{i}/x", "", both), range(16)))
    tap.ok(got == ["ALREADY_EXISTS"] * 16 and len(d.list()) == 1,
           "16 pulls of a layer at once make one snapshot")
    d.remove(chain)


def check_kill(program, directory, content, options):
    tar, digest = big(content)
    chain = model.chain_ids([tar])[0]
    both = {model.REF: chain, model.DIGEST: digest}
    with Daemon(program, directory, *options) as d:
        _, kept = pull(d, content, layers(2))
        d.prepare("k8s.io/1/c", kept)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(failure, d.prepare, "k8s.io/9/x", "", both)
            staging = os.path.join(d.root, "staging")
            end = time.monotonic() + 30
            while not os.listdir(staging) and time.monotonic() < end:
                time.sleep(0.005)
            begun = bool(os.listdir(staging))
            d.process.kill()
            tap.ok(begun and call.result() == "UNAVAILABLE",
                   "kill -9 in the middle of Prepare")
    with Daemon(program, directory, *options) as d:
        want = model.mount(d.root, layers(2))
        chains = model.chain_ids(layers(2))
        tap.ok(sorted(i["name"] for i in d.list()) ==
               sorted([*chains, "k8s.io/1/c"]) and not os.listdir(staging) and
               set(names_of(d)) == set(model.layer_names(chains)) and
               len(os.listdir(os.path.join(d.root, "layers"))) == 4 and
               not differs(d.mounts("k8s.io/1/c"), want),
               "loses nothing and leaves nothing")
        tap.ok(failure(d.prepare, "k8s.io/9/x", "", both) == "ALREADY_EXISTS",
               "the next one makes the layer")
        top = d.stat(chain)
        names = names_of(d)
        d.end()
    with Daemon(program, directory, "--profile", "host", *options[2:]) as d:
        tap.ok(d.stat(chain) == top and names_of(d) == names and
               not differs(d.mounts("k8s.io/1/c"), want) and
               not differs(d.view("k8s.io/2/v", kept), want),
               "a restart keeps all, whatever the default is now")
        forget(d, "k8s.io/2/v", "k8s.io/1/c", *reversed(chains), chain)
        status, said = d.end()
        tap.ok(not status and not said, f"it ends well: {status} {said}")


def is_empty(d):
    left = [name for name in ("active", "layers", "mounts", "snapshots",
                              "staging")
            if os.listdir(os.path.join(d.root, name))]
    return tap.ok(not left, f"then the state directory is empty: {left}")


def run(bin_dir, work):
    program = tap.program(bin_dir, "tarfs-snapshotter")
    content = Content(work)
    options = ["--profile", "tardev", "--content", content.path]
    with Daemon(program, work, *options) as d:
        for count in (1, 2, 20):
            tars, top = check_chain(d, content, count)
            check_kata_overlay(d, bin_dir, work, count, top)
            forget(d, f"k8s.io/50/v{count}", f"k8s.io/51/a{count}",
                   *reversed(model.chain_ids(tars)))
        is_empty(d)
        check_vectors(d, content, sys.argv[2] if len(sys.argv) > 2 else None)
        check_commit(d, content)
        check_wrong(d, content)
        check_parallel(d, content)
        is_empty(d)
        status, said = d.end()
        tap.ok(not status and not said, f"it ends well: {status} {said}")
    check_kill(program, work, content, options)


if __name__ == "__main__":
    sys.exit(mounts.main(run, sys.argv))
