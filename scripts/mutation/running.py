# SPDX-License-Identifier: GPL-2.0
#
# Run a test and return whether it fails. The limits do not depend on the load
# of the machine: processor time and memory, not elapsed time.
#
# Copyright (C) 2026 The tarfs authors
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import tapcount

TICK = os.sysconf('SC_CLK_TCK')
IDLE = 90               # seconds asleep without any work: a deadlock
GIGABYTE = 1 << 30


@dataclass
class Result:
    failed: bool
    why: str            # the first sign of failure
    cpu: float          # seconds


def run(command, folder, cpu=None, tap_output=True, memory=4 * GIGABYTE,
        env=None):
    """
    Run a test; cpu: limit in seconds for all of its processes together. Retry if
    another process, such as the OOM killer, has killed it.
    """
    for _ in range(3):
        result = _run(command, folder, cpu, tap_output, memory, env)
        if result.why != f'ended by signal {signal.SIGKILL:d}':
            break
    return result


def _run(command, folder, cpu, tap_output, memory, env):
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*_limits(cpu, memory), *map(str, command)], cwd=folder,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True, env={**os.environ, **(env or {})})
        try:
            hung, used = _wait(process, cpu)
        finally:
            end(process)
        log.seek(0)
        text = log.read(1 << 24).decode(errors='replace')
    why = 'it does not end' if hung else \
        _complaint(process.returncode, text, tap_output)
    return Result(bool(why), why, used)


def _limits(cpu, memory):
    """Yield prlimit's options for each process of the test."""
    yield from ('prlimit', '--core=0', f'--fsize={16 * GIGABYTE}')
    if cpu:
        # SIGXCPU, which has no other cause
        yield f'--cpu={max(round(cpu), 1)}:{round(cpu) + 9}'
    if memory:
        yield f'--as={memory}'


def _wait(process, cpu):
    """Return whether the test hung, and its processor time."""
    used, busy, pause = 0.0, time.monotonic(), 0.001
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return False, usage.ru_utime + usage.ru_stime
        if pause > 0.5:
            now, asleep = session(process.pid)
            if now > used + 1.5 / TICK or not asleep:
                busy = time.monotonic()
            used = max(used, now)
        if cpu and used > cpu + 1 or time.monotonic() - busy > IDLE:
            return True, used
        time.sleep(min(pause, 0.5))
        pause *= 1.3


def session(leader):
    """Return the processor time of a session, and whether all of it is asleep."""
    total, asleep = 0, True
    for entry in os.scandir('/proc'):
        if not entry.name.isdigit():
            continue
        try:
            stat = Path(entry.path, 'stat').read_text()
        except OSError:
            continue
        fields = stat[stat.rindex(')') + 2:].split()
        if int(fields[3]) != leader:
            continue
        total += sum(map(int, fields[11:15]))
        asleep = asleep and fields[0] in 'SZT'
    return total / TICK, asleep


def end(process):
    """Kill what is left of a session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def _complaint(status, text, tap_output):
    count = tapcount.count(text.splitlines()) if tap_output else None
    for line in text.splitlines():
        if line.startswith('not ok') and tap_output:
            return line
        if 'ERROR: AddressSanitizer' in line or 'runtime error:' in line:
            return line
    if status == -signal.SIGXCPU:
        return 'it does not end'
    if status < 0:
        return f'ended by signal {-status}'
    if status:
        return f'exits {status}'
    if count and not count.good:
        return '; '.join(count.complaints) or 'a result failed'
    return ''
