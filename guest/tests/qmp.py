# SPDX-License-Identifier: GPL-2.0
"""
Act as the host of a running guest by the QEMU Machine Protocol (QMP): plug disks,
shrink them, count the bytes read.

Copyright (C) 2026 The tarfs authors
"""
import json
import os
import socket
import time

DRIVERS = {'blk': 'virtio-blk-pci', 'scsi': 'scsi-hd', 'nvme': 'nvme'}


class Emulator:
    """
    A connection to an emulator that was started with options().  Waiting has no
    limit here: the process that started a silent emulator ends it.
    """
    def __init__(self, directory, process):
        self.process = process
        self.socket = socket.socket(socket.AF_UNIX)
        self.connect(f'{directory}/qmp')
        self.file = self.socket.makefile('rw', encoding='utf-8')
        self.events = []
        self.receive()          # the greeting
        self('qmp_capabilities')

    @staticmethod
    def options(directory):
        """Return options to start with; -no-shutdown lets it outlive the guest."""
        path = f'{directory}/qmp'
        if os.path.exists(path):
            os.unlink(path)
        return ['-qmp', f'unix:{path},server=on,wait=off', '-no-shutdown']

    def __enter__(self):
        return self

    def __exit__(self, *why):
        """Wait until the guest ends by itself, then end the emulator."""
        try:
            if not why[0]:
                self.wait_until_ended()
            self('quit')
        except (OSError, EOFError):
            pass                # the emulator has ended, or is about to
        self.file.close()
        self.socket.close()
        return why[0] is EOFError       # the test's claims report more

    def connect(self, path):
        while True:
            try:
                return self.socket.connect(path)
            except OSError:
                if self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def receive(self):
        """Return the next message; None if it was an event."""
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
        """Wait until the guest ends; the emulator still answers queries."""
        while 'SHUTDOWN' not in self.events:
            self.receive()

    def wait_a_moment(self):
        """Sleep; fail if the emulator or the guest has ended."""
        self('query-status')
        if 'SHUTDOWN' in self.events:
            raise EOFError('the guest has ended')
        time.sleep(0.05)

    def bytes_read(self):
        """Return the bytes that the guest read of each disk it was started with."""
        return {disk['device']: disk['stats']['rd_bytes']
                for disk in self('query-blockstats') if disk.get('device')}

    def wait_until_bytes(self, name, count):
        """Wait until the guest has read at least so many bytes of a disk."""
        while self.bytes_read()[name] < count:
            self.wait_a_moment()

    def state(self):
        """Return the bytes read, and whether all processors are halted."""
        registers = self('human-monitor-command', command_line='info registers -a')
        return self.bytes_read(), 'HLT=0' not in registers

    def wait_until_idle(self, looks=20):
        """
        Wait until the guest was idle so many times in a row. Once is not enough: a
        busy host may just have kept it from running.
        """
        before, calm = None, 0
        while calm < looks:
            now = self.state()
            calm = calm + 1 if now[1] and now == before else 0
            before = now
            self.wait_a_moment()

    def memory(self, address, size, path):
        """Return guest physical memory, that of devices included."""
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
        """Shrink a writable disk; the emulator cannot resize read-only ones."""
        self('block_resize', device=name, size=size)
