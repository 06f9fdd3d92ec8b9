# SPDX-License-Identifier: GPL-2.0
#
# Targets for developers: see "make help".  All output is below build/.
#
#   KDIR     kernel tree or headers to build the module for
#            (default: every kernel that scripts/kernels/fetch-kernel has fetched)
#   W=1 C=2 ...  what kbuild understands
#   SAN=1    tools with AddressSanitizer and UndefinedBehaviorSanitizer
#   STATIC=1 tools linked statically, for an initramfs: build/static/bin
#   FORCE=1  make check, make kernels, make debug: also suites that have passed
#            unchanged
#   T        make check, make kernels, make debug: suites to run, and no others, or
#            programs that suites run in a guest, or unit tests in C
#   K        with T: on this kernel alone, such as 6.12
#            make upstream: for this kernel alone
#   LIST=1   make check, make kernels, make debug: their names
#   IMAGE, CMD, POD, SCRATCH, PULL, KERNEL ...  make run: what, and how; see
#                    scripts/run
#   ENGINE=containerd  make run: by a containerd of its own on this machine, see
#                    scripts/run-containerd
#   POD, FIRMWARE, APPEND ...  make uvm: what it measures; see scripts/uvm
#   TIME     make fuzz: seconds for each target (default: 600)
#            make torture: seconds (default: 3600)
#   SEED     make torture: where the seeds begin; make check: of the generated
#            files (default: 1)
#   REPS, BIG=1      make bench: repetitions, and a million files
#                    make bench-tools: the same, and ten million
#                    make bench-fuse: repetitions
#   DESTDIR, PREFIX  where make install puts things (default: /usr/local)

PREFIX ?= /usr/local
INSTALL ?= install

bindir := $(DESTDIR)$(PREFIX)/bin
sbindir := $(DESTDIR)$(PREFIX)/sbin
mandir := $(DESTDIR)$(PREFIX)/share/man
# fsck(8) and mount(8) look for their helpers in sbin
for_root := $(addprefix build/bin/,fsck.tarfs mount.tar kata-overlay tarfs-snapshotter)
man_pages := $(wildcard Documentation/man/*.[1-8])
check_options = $(if $(FORCE),--force) $(if $(LIST),--list) $(if $(K),--kernel $(K)) $(T)
completiondir := $(DESTDIR)$(PREFIX)/share/bash-completion/completions

tools:
	$(MAKE) -C tools

module:
	scripts/kernels/build-module $(KDIR)

check:
	$(if $(LIST),,scripts/setup)
	scripts/check $(check_options)

debug:
	scripts/setup
	scripts/check --debug $(check_options)

kernels:
	scripts/setup
	scripts/check --newer $(check_options)

run:
	scripts/setup
	scripts/run

uvm:
	scripts/setup
	scripts/uvm

torture:
	scripts/setup
	scripts/torture

bench:
	scripts/bench

bench-tools:
	scripts/bench-tools

bench-fuse:
	scripts/bench-fuse

bench-guest:
	scripts/setup
	scripts/kernels/fetch-kernel 6.1 6.12
	$(MAKE) tools module
	guest/speed/speed.py build/bin

fuzz:
	scripts/fuzz

mutants:
	scripts/setup
	scripts/mutants

upstream:
	scripts/setup
	scripts/upstream $(K)

kata-src:
	scripts/kata-src

style:
	scripts/style

install: tools
	$(INSTALL) -d '$(bindir)' '$(sbindir)'
	$(INSTALL) $(filter-out $(for_root),$(wildcard build/bin/*)) '$(bindir)'
	$(INSTALL) $(for_root) '$(sbindir)'
	for page in $(man_pages); do \
		section='$(mandir)'/man$${page##*.} && \
		$(INSTALL) -d "$$section" && \
		$(INSTALL) -m 644 "$$page" "$$section" || exit; \
	done
	$(INSTALL) -d '$(completiondir)'
	$(INSTALL) -m 644 tools/completion/tarfs.bash '$(completiondir)/tarfs'
	for program in $(notdir $(wildcard build/bin/*)); do \
		ln -sf tarfs '$(completiondir)'/$$program || exit; \
	done

clean:
	rm -rf build

help:
	@echo 'make [tools]       host programs: build/bin/'
	@echo 'make module        kernel module: build/<kernel release>/tarfs.ko'
	@echo 'make check         every test, on both kernels'
	@echo 'make kernels       the module on every kernel that Debian serves'
	@echo 'make run           containers from their layers, in a virtual machine'
	@echo 'make uvm           what a confidential guest is launched with, measured: build/uvm/'
	@echo 'make bench         tarfs measured beside EROFS, squashfs and ext4'
	@echo 'make bench-tools   the tools beside gzip, mkfs.erofs and veritysetup'
	@echo 'make bench-fuse    mount.tar beside erofsfuse'
	@echo 'make bench-guest   the agent beside a script with dmsetup and mount'
	@echo 'make debug         the tests of the module with KASAN, lockdep, failing memory'
	@echo 'make torture       generated files, read in every manner, on three kernels'
	@echo 'make fuzz          libFuzzer on what reads tarballs, images and pod specs'
	@echo 'make mutants       which small faults in the driver and the library no test notices'
	@echo 'make upstream      the driver as patches for a kernel tree: build/upstream/'
	@echo 'make kata-src      the driver as two files, for the node builder of Kata: build/kata-src/'
	@echo 'make style         checkpatch, codespell, shellcheck'
	@echo 'make install       programs, manual pages, completion, below DESTDIR/PREFIX'
	@echo 'make clean         removes build/'
	@echo
	@echo 'The variables are explained at the top of the Makefile:'
	@sed -n 's/^#  \( .\)/ \1/p' Makefile

.PHONY: tools module check kernels debug torture run uvm bench bench-tools bench-fuse bench-guest fuzz mutants upstream kata-src style install clean help
