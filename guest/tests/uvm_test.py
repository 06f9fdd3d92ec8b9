#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test the output of make uvm: its measurement, that it boots, and its size.

Copyright (C) 2026 The tarfs authors

Usage: uvm_test.py BIN, where BIN has mktarfs; TAP on standard output.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import podmaker
from guest import GUEST, TOP, base_tar, prepare, tap
from podmaker import container, pod

UVM = TOP / 'build/uvm-test'
FIRMWARE = TOP / 'tools/snp-measure/tests/firmware/ovmf_AmdSev_suffix.bin'
ROOM = 4 << 20          # bytes of initramfs, without modules
MEMORY = 4 << 10        # KiB of the agent
APPEND = 'console=ttyS0 no_timer_check tarfs.verbose tarfs.output=console'
MEASURED = ['panic=-1', 'oops=panic', 'random.trust_cpu=on',
            'random.trust_bootloader=off', 'console=null', 'erst_disable']
# commands by which a container inspects the kernel
LOOK = '''
cd /proc/sys
cat kernel/modules_disabled kernel/kexec_load_disabled kernel/sysrq
cat kernel/panic_on_oops kernel/kptr_restrict kernel/dmesg_restrict
cat kernel/unprivileged_bpf_disabled user/max_user_namespaces
busybox unshare -U true 2>/dev/null || echo no user namespace
/bin/io_uring
'''
SEEN = '1\n1\n0\n1\n2\n1\n1\n0\nno user namespace\nEPERM, x32: refused\n'
# call io_uring_setup(2), also by x32, which a kernel may lack
IO_URING = r'''
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static int setup(long abi)
{
	char params[256] = "";

	return syscall(SYS_io_uring_setup | abi, 1, params) < 0 ? errno : 0;
}

int main(void)
{
	printf("%s, x32: %s\n", setup(0) == EPERM ? "EPERM" : "not refused",
	       setup(0x40000000) ? "refused" : "not refused");
}
'''


def run_uvm(**settings):
    return subprocess.run(
        [TOP / 'scripts/uvm'], capture_output=True, text=True, check=False,
        env={**os.environ, 'OUT': str(UVM), 'APPEND': APPEND, **settings})


def digests(data):
    return {'sha256': hashlib.sha256(data).hexdigest(),
            'sha384': hashlib.sha384(data).hexdigest()}


def check_measurement(said, release, digest):
    kernel = TOP / f'build/kernels/{release}/boot/vmlinuz-{release}'
    initrd = TOP / f'build/{release}/initramfs.img'
    for name, file, original in (('kernel', 'vmlinuz', kernel),
                                 ('initrd', 'initramfs.img', initrd)):
        data = (UVM / file).read_bytes()
        tap.ok(data == original.read_bytes() and said[name] == digests(data),
               f'{release}: the digests of {file}')
    text = (UVM / 'cmdline').read_text(encoding='ascii').rstrip('\n')
    words = text.replace('@POD@', digest)
    tap.ok(said['cmdline'] == {'text': words,
                               **digests(words.encode() + b'\0')} and
           words.split().count(f'tarfs.pod=sha256:{digest}') == 1 and
           set(MEASURED) < set(words.split()) and
           words.endswith(APPEND), f'{release}: the command line')
    done = subprocess.run(
        [TOP / 'build/bin/snp-measure', f'--ovmf={FIRMWARE}', '--vcpus=3',
         '--vcpu-type=EPYC-Genoa', f'--kernel={UVM}/vmlinuz',
         f'--initrd={UVM}/initramfs.img', f'--append={words}'],
        capture_output=True, text=True, check=False)
    tap.ok(done.stdout.strip() == said['sev_snp']['launch_digest'],
           f'{release}: the launch digest')
    return words


def io_uring_tar(scratch):
    """Return a tar of a program that calls io_uring_setup(2), prints the result."""
    program = Path(scratch) / 'io_uring'
    subprocess.run(['cc', '-static', '-x', 'c', '-o', program, '-'], text=True,
                   input=IO_URING, check=True)
    return podmaker.tarball({'bin': (0o755, None),
                             'bin/io_uring': (0o755, program.read_bytes())})


def boot(release, words, disks, scratch):
    """Boot with exactly this command line; return the report and the console."""
    report = Path(scratch) / 'report'
    done = subprocess.run(
        [GUEST / 'boot-pod', release, words, report, *disks],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        env={**os.environ, 'WORDS': ''})
    console = done.stdout.decode(errors='replace')
    return [json.loads(line) for line in report.read_text(
        encoding='utf-8').splitlines()], console


def check_boot(release, words, disks, scratch):
    report, console = boot(release, words, disks, scratch)
    good = tap.ok(report == [{'id': 'look', 'status': 0},
                             {'end': 'ended', 'status': 0}] and
                  SEEN in console,
                  f'{release}: it boots, and the kernel is closed')
    most = re.search(r'VmHWM:\s*(\d+) kB', console)
    good = tap.ok(most and int(most[1]) <= MEMORY,
                  f'{release}: the agent has {most and most[1]} KiB in memory '
                  f'at most, {MEMORY} are allowed') and good
    if not good:
        tap.note(f'report: {report}\n{console}')


def check_size(release, scratch):
    """Test the compressed size of the archive without the kernel's modules."""
    root = Path(scratch) / 'root'
    root.mkdir()
    archive = subprocess.run(['zstd', '-dcq', UVM / 'initramfs.img'],
                             stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(['cpio', '-i', '-d', '--quiet'], input=archive, cwd=root,
                   check=True)
    modules = list((root / 'lib/modules').glob('*.ko'))
    shells = [*root.glob('**/*sh'), *root.glob('**/busybox')]
    shutil.rmtree(root / 'lib/modules')
    rest = subprocess.run([TOP / 'build/guest/make-cpio', root],
                          stdout=subprocess.PIPE, check=True).stdout
    size = len(subprocess.run(['zstd', '-q', '--ultra', '-22', '-c'],
                              input=rest, stdout=subprocess.PIPE,
                              check=True).stdout)
    shutil.rmtree(root)
    whole = (UVM / 'initramfs.img').stat().st_size
    tap.ok(not shells, f'{release}: there is no shell in it')
    tap.ok(modules and size <= ROOM,
           f'{release}: the initramfs has {size} bytes without its modules '
           f'({whole} with {len(modules)}), {ROOM} are allowed')


def check_refusals():
    for settings, text in (
            ({'FIRMWARE': str(FIRMWARE)}, 'give POD, too'),
            ({'POD': 'sha256:12'}, 'neither a file'),
            ({'POD': 'sha256:' + 'A' * 64}, 'neither a file'),
            ({'APPEND': 'tarfs.pod=sha256:' + 'a' * 64}, 'names a pod'),
            ({'APPEND': 'quiet\nloglevel=9'}, 'cannot be printed')):
        done = run_uvm(**settings)
        tap.ok(done.returncode == 1 and text in done.stderr,
               f"refused: {' '.join(settings)}: {text}")
    done = run_uvm(POD='sha256:' + 'a' * 64, FIRMWARE='/dev/null')
    tap.ok(done.returncode == 1 and 'not a regular file' in done.stderr,
           'refused: firmware that is none')


def main(argv):
    with tap.scratch() as scratch:
        make = podmaker.Maker(f'{argv[1]}/mktarfs', scratch)
        base = make.layer(base_tar())
        more = make.layer(io_uring_tar(scratch), base)
        spec = pod(container('look', [more, base], LOOK))
        file = Path(scratch) / 'pod.json'
        file.write_bytes(spec)
        for release in prepare():
            done = run_uvm(KERNEL=release, POD=str(file), VCPUS='3',
                           CPU='EPYC-Genoa', FIRMWARE=str(FIRMWARE))
            if not tap.ok(done.returncode == 0, f'{release}: scripts/uvm'):
                tap.note(done.stderr)
                continue
            said = json.loads((UVM / 'measurement.json').read_text('ascii'))
            words = check_measurement(said, release,
                                      hashlib.sha256(spec).hexdigest())
            check_boot(release, words, [file, base.path, more.path], scratch)
            check_size(release, scratch)
        check_refusals()
        shutil.rmtree(UVM)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
