#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Write a tarball for the tests to mount.
#
#   make_tars.py KIND PROGRAM > TARBALL
#
# features  everything that format 2 can represent
# plain     the subset that format 1 can represent, apart from known losses
# attrs     extended attributes larger than most file systems allow
# bulk      large files, aligned and unaligned, and consecutive small ones
# base      a layer
# upper     a layer with whiteouts on top of base
# small     a few of everything that format 1 can represent, to be corrupted
# rich      the same for format 2
#
# PROGRAM is a static executable that features and plain contain.
#
# Copyright (C) 2026 The tarfs authors
import io
import struct
import sys
import tarfile

WHEN = 1700000000


def pattern(size, start=0):
    """Bytes that depend on their offset; layout.h has the same rule."""
    return bytes((i ^ i >> 8 ^ i >> 16) & 0xff
                 for i in range(start, start + size))


class Writer:
    """Add members to a PAX tar."""

    def __init__(self, file):
        self.tar = tarfile.open(fileobj=file, mode='w|',
                                format=tarfile.PAX_FORMAT, encoding='utf-8',
                                errors='surrogateescape')

    def add(self, name, kind=tarfile.REGTYPE, data=b'', mode=0o644, pax=None,
            **fields):
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.size = kind, mode, len(data)
        info.mtime, info.pax_headers = WHEN, pax or {}
        for field, value in fields.items():
            setattr(info, field, value)
        self.tar.addfile(info, io.BytesIO(data))

    def dir(self, name, mode=0o755, **fields):
        self.add(name, tarfile.DIRTYPE, mode=mode, **fields)

    def symlink(self, name, target):
        self.add(name, tarfile.SYMTYPE, mode=0o777, linkname=target)

    def link(self, name, target):
        self.add(name, tarfile.LNKTYPE, linkname=target)

    def align(self, name):
        """Add a file so long that the next member's data begin at a page."""
        self.add(name, data=pattern(-(self.tar.offset + 1024) % 4096))


def xattr(name, value):
    return {f'SCHILY.xattr.{name}': value.decode('utf-8', 'surrogateescape')}


def add_common(tar, program):
    tar.dir('.')
    tar.dir('sizes')
    for size in (0, 1, 511, 512, 513, 4095, 4096, 4097, 8191, 65537,
                 (1 << 20) + 3):
        tar.add(f'sizes/{size}', data=pattern(size))
    tar.dir('bin')
    tar.add('bin/program', data=program, mode=0o755)
    tar.add('bin/setuid', data=program, mode=0o4755, uid=1234)
    tar.dir('names')
    tar.add('names/' + 'n' * 255)
    for odd in ('with space', 'back\\slash', 'new\nline', '\udcff\udcfe',
                '...', '-', 'ünï'):
        tar.add(f'names/{odd}', data=odd.encode('utf-8', 'surrogateescape'))
    deep = '/'.join(['deep'] + [str(i) * 26 for i in range(10)])
    for i in range(deep.count('/') + 1):
        tar.dir('/'.join(deep.split('/')[:i + 1]))
    tar.add(deep + '/file', data=b'deep')
    tar.dir('big')
    for i in range(5000):
        tar.add(f'big/entry-{i * 7919 % 5000:05}')
    tar.dir('empty')
    tar.dir('sticky', mode=0o1777)
    tar.add('setgid', mode=0o2710, gid=4321)
    tar.add('locked', mode=0)
    tar.add('links-1', data=b'linked')
    tar.link('links-2', 'links-1')
    tar.link('empty/links-3', 'links-1')
    tar.symlink('short', 'sizes/513')
    tar.symlink('dangling', 'no/such/file')
    tar.add('null', tarfile.CHRTYPE, devmajor=1, devminor=3)
    tar.add('block', tarfile.BLKTYPE, devmajor=259, devminor=65537)
    tar.add('fifo', tarfile.FIFOTYPE)
    tar.symlink('long', '/'.join(['x' * 63] * 63) + '/' + 'y' * 62)


def add_format2(tar):
    tar.link('fifo-2', 'fifo')
    tar.link('short-2', 'short')
    tar.add('owned', uid=4000000000, gid=3000000000)
    for name, mtime in (('past', -5.5), ('future', 10000000000),
                        ('exact', '1700000001.123456789')):
        tar.add(f'time-{name}', pax={'mtime': str(mtime)})
    tar.add('private', data=b'private', mode=0o600, uid=1000, gid=1000)
    tar.symlink('longest', 'x/' * 2047 + 'y')
    tar.symlink('shortest', '/')
    tar.add('attributes', pax={
        **xattr('user.plain', b'value'), **xattr('user.empty', b''),
        **xattr('user.' + 'n' * 250, b'long name'),
        **xattr('trusted.binary', b'\0\xff\n='),
        **xattr('user.large', b'z' * 2000)})
    for name, kind in (('dir', tarfile.DIRTYPE), ('link', tarfile.SYMTYPE),
                       ('fifo', tarfile.FIFOTYPE), ('null', tarfile.CHRTYPE)):
        tar.add(f'attributes-{name}', kind, mode=0o777, devmajor=1, devminor=3,
                linkname='x' * (name == 'link'),
                pax=xattr('trusted.of', name.encode()))


def access(entries, mask='rwx', group='---', other='---'):
    """An access ACL that gives the owner all permissions."""
    return {'SCHILY.acl.access': f'user::rwx,{entries},group::{group},'
                                 f'mask::{mask},other::{other}'}


def add_acls(tar, program):
    tar.dir('acls', pax={'SCHILY.acl.default':
                         'user::rwx,user:1000:r-x,group::r-x,mask::r-x,'
                         'other::---'})
    tar.add('acls/file', mode=0o640, pax={
        'SCHILY.acl.access': 'user::rw-,user:1000:r--,group::---,'
                             'mask::r--,other::---'})
    for name, acl in (
            ('user', access('user:1000:r--')),
            ('group', access('group:1000:r--')),
            ('not-user', access('user:1000:---', other='r--')),
            ('not-group', access('group:1000:---', other='r--')),
            ('masked', access('user:1000:rwx', mask='-wx', other='r--'))):
        tar.add(f'acls/{name}', data=b'acl', mode=0o700, pax=acl)
    tar.add('acls/program', data=program, mode=0o700,
            pax=access('user:1000:r-x'))
    for name, entries in (('search', 'user:1000:--x'),
                          ('list', 'user:1000:r--')):
        tar.dir(f'acls/{name}', mode=0o700, pax=access(entries))
        tar.add(f'acls/{name}/file', data=b'acl')


def add_programs(tar, program):
    """Add programs with setgid and a file capability."""
    tar.add('bin/setgid', data=program, mode=0o2755, gid=1234)
    # revision 2 of file capabilities, effective: CAP_NET_RAW
    capability = struct.pack('<5I', 0x02000001, 1 << 13, 0, 0, 0)
    tar.add('bin/capable', data=program, mode=0o755,
            pax=xattr('security.capability', capability))


def make_features(tar, program):
    add_common(tar, program)
    add_format2(tar)
    add_acls(tar, program)
    add_programs(tar, program)


def attributes(count, name, value):
    return {key: text for i in range(count)
            for key, text in xattr(name(i), value(i)).items()}


def make_attrs(tar, _):
    tar.dir('.')
    tar.add('large', pax=xattr('user.large', b'L' * 65536))
    tar.add('many', pax=attributes(1000, 'user.{:04}'.format,
                                   lambda i: b'%d' % i))
    tar.add('most', pax=attributes(4096, 'user.{:04}'.format,
                                   lambda i: b'%d' % i))
    # more names than listxattr() can return
    tar.add('names', pax=attributes(300, lambda i: f'user.{i:0250}',
                                    lambda i: b'%d' % i))
    # values of many lengths, some across the ends of blocks
    tar.add('values', pax=attributes(100, 'trusted.{}'.format,
                                     lambda i: pattern(i * i)))


def make_bulk(tar, _):
    """Two large files, with small ones between and behind them."""
    tar.dir('.')
    tar.align('before')
    tar.add('aligned', data=pattern((2 << 20) + 1000))
    for i in range(300):
        tar.add(f'small-{i:03}', data=pattern(i * 7919 % 6000))
    tar.align('between')
    tar.add('after', data=pattern(1000))
    tar.add('unaligned', data=pattern((2 << 20) + 1000))
    data = pattern(700000)
    tar.add('sparse', data=data[:300032] + data[400000:], pax={
        'GNU.sparse.size': '700000', 'GNU.sparse.numblocks': '2',
        'GNU.sparse.map': '0,300032,400000,300000'})


def make_base(tar, _):
    tar.dir('.')
    tar.add('kept', data=b'base')
    tar.add('replaced', data=b'base', mode=0o600)
    tar.add('removed', data=b'base')
    for folder in ('merged', 'opaque', 'gone', 'merged/inner'):
        tar.dir(folder)
        tar.add(f'{folder}/base', data=b'base')
        tar.add(f'{folder}/both', data=b'base')


def make_upper(tar, _):
    tar.dir('.')
    tar.add('replaced', data=b'upper')
    tar.add('.wh.removed')
    tar.add('.wh.gone')
    tar.dir('merged')
    tar.add('merged/both', data=b'upper')
    tar.add('merged/upper', data=b'upper')
    tar.dir('opaque')
    tar.add('opaque/.wh..wh..opq')
    tar.add('opaque/both', data=b'upper')


def make_small(tar, _):
    tar.dir('.')
    tar.dir('folder')
    tar.dir('empty')
    for size in (0, 513, 4097, 30000):
        tar.add(f'folder/{size}', data=pattern(size))
    tar.link('link', 'folder/513')
    tar.symlink('short', 'folder/513')
    tar.symlink('long', 'x' * 200)
    tar.add('null', tarfile.CHRTYPE, devmajor=1, devminor=3)
    tar.dir('folder/inner')
    tar.add('folder/inner/file', data=b'inner')


def make_rich(tar, program):
    make_small(tar, program)
    for folder in ('big', 'other'):
        tar.dir(folder)
        for i in range(60):
            tar.add(f'{folder}/{i:0200}')
    tar.add('sparse', data=pattern(1024), pax={
        'GNU.sparse.size': '100000', 'GNU.sparse.numblocks': '3',
        'GNU.sparse.map': '4096,512,50000,512,100000,0'})
    tar.add('attributes', pax={**xattr('user.one', b'1' * 100),
                               **xattr('trusted.two', b'2'),
                               **xattr('security.three', b'')})
    tar.add('acl', mode=0o640, pax={
        'SCHILY.acl.access': 'user::rw-,user:1000:r--,group::---,'
                             'mask::r--,other::---'})
    # one letter away from a name that overlayfs obeys
    tar.add('nearly', pax={**xattr('user.overlaz.redirect', b'/folder'),
                           **xattr('trusted.overlaz.metacopy', b'')})
    tar.add('long-name', pax=xattr('user.' + 'n' * 250, b'long'))
    for name, kind in (('link', tarfile.SYMTYPE), ('null', tarfile.CHRTYPE)):
        tar.add(f'nearly-{name}', kind, mode=0o777, devmajor=1, devminor=3,
                linkname='x' * (name == 'link'),
                pax=xattr(f'trusted.of-{name}', b''))


MAKERS = {'features': make_features, 'plain': add_common,
          'attrs': make_attrs, 'bulk': make_bulk, 'base': make_base,
          'upper': make_upper, 'small': make_small, 'rich': make_rich}


def main():
    kind, program = sys.argv[1:]
    writer = Writer(sys.stdout.buffer)
    with open(program, 'rb') as file:
        MAKERS[kind](writer, file.read())
    writer.tar.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
