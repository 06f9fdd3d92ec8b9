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
    """A connection to the emulator that was started with options()."""
    def __init__(self, directory, limit):
        self.deadline = time.monotonic() + limit
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

    def connect(self, path):
        while True:
            try:
                return self.socket.connect(path)
            except OSError:
                if time.monotonic() > self.deadline:
                    raise
                time.sleep(0.05)

    def receive(self):
        """One message; None if it was an event."""
        self.socket.settimeout(max(self.deadline - time.monotonic(), 0.1))
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

    def bytes_read(self):
        """By the guest, of each disk that was there at the start."""
        return {disk['device']: disk['stats']['rd_bytes']
                for disk in self('query-blockstats') if disk.get('device')}

    def wait_until_bytes(self, name, count):
        """So many at least, unless the guest ends before."""
        while self.bytes_read()[name] < count and 'SHUTDOWN' not in self.events:
            if time.monotonic() > self.deadline:
                raise TimeoutError(f'nobody has read {name}')
            time.sleep(0.05)

    def wait_until_idle(self, seconds=1):
        """Nothing is read for some time: the guest waits, too."""
        before = None
        while before != self.bytes_read():
            before = self.bytes_read()
            time.sleep(seconds)

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
