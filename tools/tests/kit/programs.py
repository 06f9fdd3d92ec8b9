# SPDX-License-Identifier: GPL-2.0
"""
Run the programs under test on files in a directory of the test.

Copyright (C) 2026 The tarfs authors
"""
import os
import subprocess

import tap


class Programs:
    def __init__(self, directory, work, *names):
        self.work = work
        self.paths = {name: tap.program(directory, name) for name in names}

    def start(self, name, *arguments, **options):
        """Return the process with its standard output and error."""
        return subprocess.run([self.paths[name], *arguments],
                              capture_output=True, check=False,
                              env=dict(os.environ, LC_ALL="C"), **options)

    def run(self, name, *arguments):
        """Return (exit status, all output)."""
        process = self.start(name, *arguments)
        return (process.returncode,
                (process.stdout + process.stderr).decode())

    def write(self, name, data):
        """Write a file; return its path."""
        path = os.path.join(self.work, name)
        with open(path, "wb") as file:
            file.write(data)
        return path
