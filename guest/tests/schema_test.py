#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Test that the JSON schema accepts the pod specs that the agent accepts.

Copyright (C) 2026 The tarfs authors

The cases are those of the agent's unit test, which prints them with its result.

Usage: schema_test.py BIN, where BIN has tarfs-image; TAP on standard output.
"""
import base64
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import podmaker

GUEST = Path(__file__).resolve().parents[1]
TOP = GUEST.parent
sys.path.insert(0, str(TOP / 'tools/tests/kit'))
import tap  # noqa: E402

SCHEMA = TOP / 'Documentation/pod-spec.schema.json'
PROGRAM = TOP / 'build/san/guest/agent/pod/tests/test_podspec'


def without_doubles(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError('a name comes twice')
    return dict(pairs)


def is_valid(validator, text):
    """Validate a text; one that is no JSON is invalid."""
    try:
        spec = json.loads(text.decode(), object_pairs_hook=without_doubles)
    except ValueError:
        return False
    return validator.is_valid(spec)


def cases():
    subprocess.run(['flock', GUEST / 'tests/unit.sh', 'make', '-s', '-C', GUEST,
                    'SAN=1', 'tests'], check=True, stdout=sys.stderr)
    lines = subprocess.run([PROGRAM, '--print'], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    for line in lines:
        verdict, text, claim = line.split(' ', 2)
        yield verdict, base64.b64decode(text), claim


def pods_of_images(program):
    """Return the pod specs that tarfs-image writes."""
    with tap.scratch() as scratch:
        subprocess.run([TOP / 'scripts/make-sample-image', f'{scratch}/image'],
                       check=True, stdout=sys.stderr)
        for option in ('--strict', '--pull', '--scratch=disk',
                       '--scratch=tmpfs:1024T'):
            subprocess.run([program, 'convert', '-q', option,
                            f'{scratch}/image', f'{scratch}/out'], check=True)
            yield option, Path(f'{scratch}/out/pod.json').read_bytes()


def main(argv):
    schema = json.loads(SCHEMA.read_text(encoding='utf-8'))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for verdict, text, claim in cases():
        # "beyond" is valid for the schema; if not, the case should be "bad"
        want = verdict != 'bad'
        tap.ok(is_valid(validator, text) == want,
               f'{"valid" if want else "not valid"} ({verdict}): {claim}')
    for count in (1, 500, 501):
        layers = [podmaker.Layer('', f'{i:064x}', 64 * '2', '', 77)
                  for i in range(count)]
        spec = podmaker.pod(podmaker.container('one', layers, 'true'))
        tap.ok(is_valid(validator, spec) == (count <= 500),
               f'of the guest tests, with {count} layers')
    for option, text in pods_of_images(f'{argv[1]}/tarfs-image'):
        tap.ok(is_valid(validator, text), f'valid: of tarfs-image {option}')
    return tap.done()


if __name__ == '__main__':
    sys.exit(main(sys.argv))
