# SPDX-License-Identifier: GPL-2.0
#
# Try faults in the driver on the self tests in user-mode Linux: one module has
# all faults, and a boot tries one after the other until its kernel dies.
#
# Copyright (C) 2026 The tarfs authors
import os
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from mutation import running
from mutation.scratch import (HERE, TOP, WORK, DoesNotCompile, SwitchedTree,
                              command, copy_tree, digest, numbering,
                              write)

GUEST = HERE / 'guest'
TREE = WORK / 'driver'
SINGLE = WORK / 'driver-single'
UML = WORK / 'uml'
SUITES = ('mount_test', 'tree_test', 'read_test', 'corrupt_test',
          'names_test', 'reads_test')
# tests that measure, with images that take long to make
MEASURE = ('./lookup_test', './cost_test', './footprint_test')
MEMORY = '768M'
CHUNK = 50              # faults that a boot begins with


@dataclass
class GuestTest:
    """A command of a suite's guest."""
    number: int
    suite: str
    line: str
    cpu: float = 0          # seconds of the emulator without a fault
    good: bool = False
    reached: set = field(default_factory=set)

    kind = 'guest'

    @property
    def name(self):
        return f'{self.suite}: {self.line}'

    def digest(self):
        program = self.line.split()[0].split('/')[-1]
        return digest(
            self.line, (TOP / f'selftests/tarfs/{program}.c').read_bytes())


class Guest:
    """One boot of user-mode Linux."""

    def __init__(self, root, plan):
        self.root = root
        write(root / 'plan', plan)
        self.out = root.with_suffix('.out')
        self.log = root.with_suffix('.log')
        with open(self.out, 'w') as out, open(self.log, 'w') as log:
            self.process = subprocess.Popen(
                ['setarch', '-R', UML / 'linux', f'mem={MEMORY}',
                 'root=/dev/root', 'rootfstype=hostfs',
                 f'rootflags={root}', 'rw', 'init=/init', 'con=null',
                 'con0=fd:0,fd:1', 'panic=-1', 'oops=panic', 'panic_on_warn=1'],
                stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                start_new_session=True)
        self.read = 0
        self.used, self.busy = 0.0, time.monotonic()

    def lines(self):
        """Return the whole lines that the guest printed since the last call."""
        with open(self.out, errors='replace') as out:
            out.seek(self.read)
            text = out.read()
        whole = text[:text.rfind('\n') + 1]
        self.read += len(whole.encode())
        return whole.replace('\r', '').splitlines()

    def look(self):
        """Return the guest's processor time so far."""
        used, asleep = running.session(self.process.pid)
        if used > self.used + 0.05 or not asleep:
            self.busy = time.monotonic()
        self.used = max(used, self.used)
        return self.used

    @property
    def idle(self):
        return time.monotonic() - self.busy > running.IDLE

    @property
    def dead(self):
        return self.process.poll() is not None

    def end(self):
        running.end(self.process)

    def last_words(self):
        for line in self.log.read_text(errors='replace').splitlines():
            if any(w in line for w in ('BUG:', 'WARNING:', 'Kernel panic',
                                       'Oops', 'kernel BUG', 'RIP:')):
                return line.strip()
        return 'the guest died'


class Driver:
    """The module with all faults, and its tests."""

    def __init__(self, texts, mutants, count, say):
        self.mutants, self.count, self.say = mutants, count, say
        self.texts = texts
        self.switched = SwitchedTree(TREE, texts, mutants, {
            'fs/tarfs/Makefile': self._kbuild(),
            'fs/tarfs/mutant.h': (HERE / 'mutant.h').read_text(),
            'fs/tarfs/tarfs_mutant.c':
                (GUEST / 'tarfs_mutant.c').read_text()})
        self.tests = []

    def _kbuild(self):
        return (TOP / 'fs/tarfs/Makefile').read_text() + \
            'obj-$(CONFIG_TARFS_FS) += tarfs_mutant.o\n' \
            'ccflags-y += -include $(M)/fs/tarfs/mutant.h' \
            f' -DTARFS_MUTANTS={self.count}\n'

    # ---- building ----

    def build(self):
        self.say('building user-mode Linux and the module with all faults')
        command(TOP / 'scripts/kernels/build-uml', UML, GUEST / 'uml.config')
        self.switched.build(lambda: self._make(TREE))
        self._record_suites()
        self._make_root()

    @staticmethod
    def _make(tree):
        done = subprocess.run(
            ['make', '-k', '-j2', '-C', UML / 'source', 'ARCH=um', f'M={tree}',
             'KCFLAGS=-w', 'CONFIG_DEBUG_INFO_BTF_MODULES=', 'modules'],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout if done.returncode else None

    def _record_suites(self):
        """Run the suites up to the boot, and record what they would boot."""
        self.say('making what the suites boot with')
        for name in ('bin', 'selftests', 'kernels', 'static'):
            link = TREE / 'build' / name
            link.parent.mkdir(exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(TOP / 'build' / name)
        shutil.copy(GUEST / 'record-guest', TREE / 'selftests/qemu/run-guest')
        self.suites = TREE / 'build/suites'
        shutil.rmtree(self.suites, ignore_errors=True)
        for suite in SUITES:
            env = {**os.environ, 'RECORD': str(self.suites / suite)}
            done = subprocess.run(
                [TREE / f'selftests/tarfs/{suite}.sh', 'none'], env=env,
                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                raise DoesNotCompile(f'{suite}: {done.stdout}')
            for line in (self.suites / suite / 'lines').read_text().split('\n'):
                if line and not line.startswith(MEASURE):
                    self.tests.append(GuestTest(len(self.tests), suite, line))

    def _make_root(self):
        root = self.root = TREE / 'build/root'
        shutil.rmtree(root, ignore_errors=True)
        for name in ('bin', 'dev', 'proc', 'sys', 'tmp', 'run', 'mnt', 'scratch',
                     'modules', 'images', 'suites', 'payload'):
            (root / name).mkdir(parents=True)
        busybox = shutil.which('busybox')
        shutil.copy(busybox, root / 'bin/busybox')
        for applet in command(busybox, '--list').split():
            if applet != 'busybox':
                (root / 'bin' / applet).symlink_to('busybox')
        out = TOP / 'build/selftests'
        command('gcc', '-static', '-O1', '-w', f'-I{TOP}/selftests/tarfs',
                f'-I{TOP}/tools/tests/kit', '-o', root / 'bin/attach',
                GUEST / 'attach.c', out / 'obj/libguest.a', '-lcrypto')
        for name in ('tarfs', 'tarfs_mutant'):
            shutil.copy(TREE / f'fs/tarfs/{name}.ko', root / 'modules')
        for name in ('init', 'follow'):
            shutil.copy(GUEST / name, root / name)
        disks = []
        for suite in SUITES:
            shutil.copytree(self.suites / suite / 'payload',
                            root / 'suites' / suite, symlinks=True)
            text = (self.suites / suite / 'disks').read_text()
            for name, file in (line.split(' ', 1) for line in
                               text.splitlines()):
                file = Path(file)
                image = root / 'images' / (
                    f'{suite}-{name}' if suite in file.parts else file.name)
                if not image.exists():
                    shutil.copy(file, image)
                disks.append(f'{suite} {name} {image.name}\n')
        write(root / 'disks', ''.join(disks))
        write(root / 'tests', ''.join(f'{t.suite} {t.line}\n'
                                      for t in self.tests))

    # ---- running ----

    def worker_root(self, i):
        root = WORK / f'guest-{i}'
        shutil.rmtree(root, ignore_errors=True)
        command('cp', '-al', self.root, root)
        return root

    def reach(self, known):
        """Fill in cost and reach of the tests, and whether they pass unfaulted."""
        state = numbering(self.texts, self.mutants)
        wanted = []
        for test in self.tests:
            old = known.reached(test, state)
            if old:
                test.cpu, test.good, test.reached = old
            else:
                wanted.append(test)
        while wanted:
            wanted = self._reach_in_one_boot(wanted, known, state)

    def _reach_in_one_boot(self, wanted, known, state):
        plan = ''.join(f'0 {t.number}\n' for t in wanted)
        guest = Guest(self.worker_root(0), plan)
        begun = began = None
        left = list(wanted)
        while True:
            time.sleep(0.2)
            dead = guest.dead
            used = guest.look()
            for line in guest.lines():
                word, _, rest = line.partition(' ')
                if word == 'started':
                    begun, began = int(rest.split()[1]), used
                elif word == 'ended':
                    test = self.tests[begun]
                    test.cpu = max(used - began, 0.1)
                    test.good = rest.split()[2] == '0'
                    if not test.good:
                        self.say(f'{test.name} fails without a fault: {rest}')
                elif word == 'reached':
                    test.reached = set(map(int, rest.split()[1:]))
                    left.remove(test)
                    known.note_reached(test, state)
                elif word == 'bad':
                    raise DoesNotCompile(f'the guest has no {rest}')
            if dead or guest.idle:
                break
        guest.end()
        if left and begun is None:
            raise DoesNotCompile(guest.last_words())
        if left:
            test = self.tests[begun]
            self.say(f'{test.name} ends the guest: {guest.last_words()}')
            if test in left:
                left.remove(test)
                known.note_reached(test, state)
        return left

    def candidates(self, number, hint):
        """Return the tests that can notice a fault, the cheapest first."""
        near = self.switched.near(number)
        return sorted((t for t in self.tests if t.good and t.reached & near),
                      key=lambda t: (t.name != hint, t.cpu))

    def same_code(self, number):
        """Return whether the fault leaves all object files the same."""
        mutant = self.mutants[number]
        path = SINGLE / mutant.file
        text = self.texts[mutant.file]
        objects = [path.with_suffix('.o')] if path.suffix == '.c' else \
            [SINGLE / f for f in self.objects]
        try:
            for obj in objects:
                whole = obj.with_suffix('.whole')
                write(path, text)
                if not whole.exists():
                    self._compile(obj, whole)
                write(path, mutant.apply(text))
                faulty = obj.with_suffix('.faulty')
                self._compile(obj, faulty)
                if whole.read_bytes() != faulty.read_bytes():
                    return False
            return True
        except DoesNotCompile:
            return False
        finally:
            write(path, text)

    def prepare_single(self):
        """Build a copy without faults, for the command that compiles each file."""
        copy_tree(SINGLE)
        for whole in (SINGLE / 'fs/tarfs').glob('*.whole'):
            whole.unlink()
        output = self._make(SINGLE)
        if output is not None:
            raise DoesNotCompile(output)
        self.objects = [str(o.relative_to(SINGLE)) for o in
                        sorted((SINGLE / 'fs/tarfs').glob('*.o'))
                        if not o.name.startswith('tarfs')]

    @staticmethod
    def _compile(obj, to):
        text = (obj.parent / f'.{obj.name}.cmd').read_text()
        line = next(line for line in text.splitlines()
                    if line.startswith(('savedcmd_', 'cmd_')))
        words = line.split(':=', 1)[1].split(';')[0].strip()
        short = str(obj.relative_to(SINGLE))
        command('sh', '-c', words.replace(f'-o {obj}', f'-o {to}').replace(
            f'-o {short}', f'-o {to}'), cwd=UML / 'source')

    def ask_single(self, root, number, tests, note):
        """Run tests with a fault without a switch, in a module of its own."""
        mutant = self.mutants[number]
        kbuild = self._kbuild().replace(str(self.count), '1')
        copy_tree(SINGLE, {**self.switched.extra,
                           'fs/tarfs/Makefile': kbuild,
                           mutant.file: mutant.apply(self.texts[mutant.file])})
        output = self._make(SINGLE)
        if output is not None:
            raise DoesNotCompile(output)
        for name in ('tarfs', 'tarfs_mutant'):
            write(root / f'modules/{name}.ko',
                  (SINGLE / f'fs/tarfs/{name}.ko').read_bytes())
        self.ask(root, {number: tests}, note)

    def ask_all(self, plans, note):
        """Run tests with faults in two guests at a time, in many boots of each."""
        chunks = Queue()
        numbers = list(plans)
        for i in range(0, len(numbers), CHUNK):
            chunks.put(numbers[i:i + CHUNK])
        lock = threading.Lock()

        def note_one(*args):
            with lock:
                note(*args)

        def work(i):
            root = self.worker_root(i)
            while True:
                try:
                    chunk = chunks.get_nowait()
                except Empty:
                    return
                self.ask(root, {n: plans[n] for n in chunk}, note_one)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))

    def ask(self, root, plans, note):
        """
        Boot until all faults of plans, {number: tests}, are tried. Call
        note(number, test, why) for each; test is None if none notices the fault.
        """
        left = dict(plans)
        while left:
            self._ask_in_one_boot(root, left, note)

    def _ask_in_one_boot(self, root, left, note):
        plan = ''.join(f'{n} {" ".join(str(t.number) for t in tests)}\n'
                       for n, tests in left.items())
        guest = Guest(root, plan)
        number = test = None
        began = 0.0

        def settle(seen, why=''):
            if left.pop(number, None) is not None:
                note(number, seen, why)

        while True:
            time.sleep(0.1)
            dead, used = guest.dead, guest.look()
            for line in guest.lines():
                word, _, rest = line.partition(' ')
                if word == 'started':
                    new, index = map(int, rest.split())
                    if number not in (None, new):
                        settle(None)
                    number, test, began = new, self.tests[index], used
                elif word == 'ended':
                    status, _, why = rest.split(' ', 2)[2].partition(' ')
                    if status != '0':
                        settle(test, why or f'exits {status}')
                elif word == 'spoiled':
                    settle(test, 'the module cannot be unloaded')
                elif word == 'finished' and number is not None:
                    settle(None)
            if dead:
                settle(test, guest.last_words())
                break
            if guest.idle or test and used - began > 10 * test.cpu + 5:
                settle(test, 'it does not end')
                break
        guest.end()
