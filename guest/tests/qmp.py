# SPDX-License-Identifier: GPL-2.0
"""
What a host does to a guest that runs: plug disks, shrink them, count what was
read; through the emulator's protocol for machines (QMP).

Copyright (C) 2026 The tarfs authors
"""
import json
import os
import socket
import time

DRIVERS = {'blk': 'virtio-blk-pci', 'scsi': 'scsi-hd', 'nvme': 'nvme'}


class Emulator:
    """
    A connection to the emulator that a process has started with options().  Waits
    without a limit of its own: the process ends an emulator that falls silent.
    """
    def __init__(self, directory, process):
        self.process = process
        self.socket = socket.socket(socket.AF_UNIX)
        self.connect(f'{directory}/qmp')
        self.file = self.socket.makefile('rw', encoding='utf-8')
        self.events = []
        self.receive()          # its greeting
        self('qmp_capabilities')

    @staticmethod
    def options(directory):
        """What it is started with; the last one lets it outlive the guest."""
        path = f'{directory}/qmp'
        if os.path.exists(path):
            os.unlink(path)
        return ['-qmp', f'unix:{path},server=on,wait=off', '-no-shutdown']

    def __enter__(self):
        return self

    def __exit__(self, *why):
        """The guest ends by itself; then the emulator may, too."""
        try:
            if not why[0]:
                self.wait_until_ended()
            self('quit')
        except (OSError, EOFError):
            pass                # it has ended, or is about to be
        self.file.close()
        self.socket.close()
        return why[0] is EOFError       # what is claimed of the guest says more

    def connect(self, path):
        while True:
            try:
                return self.socket.connect(path)
            except OSError:
                if self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def receive(self):
        """One message; None if it was an event."""
        line = self.file.readline()
        if not line:
            raise EOFError('the emulator has gone')
        message = json.loads(line)
        if 'event' not in message:
            return message
        self.events.append(message['event'])
        return None

    def __call__(self, command, **arguments):
        arguments = {k.replace('_', '-'): v for k, v in arguments.items()}
        self.file.write(json.dumps({'execute': command,
                                    'arguments': arguments}) + '\n')
        self.file.flush()
        answer = None
        while answer is None:
            answer = self.receive()
        if 'error' in answer:
            raise RuntimeError(f"{command}: {answer['error']['desc']}")
        return answer['return']

    def wait_until_ended(self):
        """The guest, that is: what was counted can still be asked for."""
        while 'SHUTDOWN' not in self.events:
            self.receive()

    def wait_a_moment(self):
        """Not for ever: the emulator is there, and the guest still runs."""
        self('query-status')
        if 'SHUTDOWN' in self.events:
            raise EOFError('the guest has ended')
        time.sleep(0.05)

    def bytes_read(self):
        """By the guest, of each disk that was there at the start."""
        return {disk['device']: disk['stats']['rd_bytes']
                for disk in self('query-blockstats') if disk.get('device')}

    def wait_until_bytes(self, name, count):
        """So many at least."""
        while self.bytes_read()[name] < count:
            self.wait_a_moment()

    def state(self):
        """What was read, and is every processor of the guest halted?"""
        registers = self('human-monitor-command', command_line='info registers -a')
        return self.bytes_read(), 'HLT=0' not in registers

    def wait_until_idle(self, looks=20):
        """
        The guest waits, seen so many times in a row: it has nothing to do, and
        has not just been kept from doing it.
        """
        before, calm = None, 0
        while calm < looks:
            now = self.state()
            calm = calm + 1 if now[1] and now == before else 0
            before = now
            self.wait_a_moment()

    def memory(self, address, size, path):
        """Of the guest, as its processors see it: devices' memory, too."""
        self('pmemsave', val=address, size=size, filename=str(path))
        with open(path, 'rb') as saved:
            return saved.read()

    def plug(self, name, bus, path, writable=False):
        self('blockdev-add', node_name=name, driver='raw',
             read_only=not writable, file={'driver': 'file', 'filename': path})
        more = {'blk': {}, 'scsi': {'bus': 'scsi.0'},
                'nvme': {'serial': name}}[bus]
        self('device_add', driver=DRIVERS[bus], id=f'{name}-device',
             drive=name, **more)

    def shrink(self, name, size):
        """One that the guest may write, or the emulator may not either."""
        self('block_resize', device=name, size=size)
