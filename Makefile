# Every knob has a default here and can be set on the command line or in
# config.mk, which is not under version control.
PREFIX  = /usr/local
BINDIR  = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
MANDIR  = $(DATADIR)/man
CC      = gcc
CFLAGS  = -O2 -g
# Where everything that is built goes; make asan uses another.
O       = .build
BATS    = bats
BATSFLAGS =
# What make check runs: files or folders.
T       = t
# Seconds that one test may take.
LIMIT   = 120
-include config.mk

VERSION = 0.1.0
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes \
	  -Wstrict-prototypes -Wformat=2 -Wvla -Wwrite-strings -Wundef
HARDEN  = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
HARDLD  = -pie -Wl,-z,relro,-z,now,--as-needed
CCFLAGS = -std=c11 -D_GNU_SOURCE -DQUIRE_VERSION='"$(VERSION)"' $(WARN) \
	  $(WERROR) -Ilib $(HARDEN) $(SAN) $(CPPFLAGS) $(CFLAGS)
LDALL   = $(HARDLD) $(SAN) $(LDFLAGS)

CMDS    = s3ls s3get doc2png ocrpage mdjoin s3put jobdb
BIN     = $(CMDS:%=$(O)/bin/%) $(O)/bin/quire
LIBOBJ  = $(patsubst %.c,$(O)/%.o,$(wildcard lib/*.c))
UNIT    = $(patsubst t/unit/%.c,$(O)/unit/%,$(wildcard t/unit/*.c))
HEADERS = $(wildcard lib/*.h t/unit/*.h)
SOURCES = $(wildcard cmd/*.c lib/*.c t/unit/*.c)
SCRIPTS = contrib/bootstrap .ci/run $(O)/bin/quire $(wildcard t/*.bash \
	  t/*.sh t/perf/*.sh t/fake/*.sh share/quire/completions/*.bash)
MANUALS = $(wildcard man/*.[17])

BASHDIR = $(DATADIR)/bash-completion/completions
DIST    = quire-$(VERSION)
DISTED  = .ci .clang-format .clang-tidy .editorconfig .gitignore INSTALL \
	  LICENSE Makefile NEWS README cmd contrib lib man share t

all: $(BIN)

# What each command links with, and nothing more.
$(O)/bin/s3ls:    LDLIBS = -ljq -lcrypto -lcurl -lexpat
$(O)/bin/s3get:   LDLIBS = -ljq -lcrypto -lcurl -lexpat
$(O)/bin/doc2png: LDLIBS = -ljq -lcrypto -lseccomp -lpng -ltiff -ljpeg -lm
$(O)/bin/ocrpage: LDLIBS = -ljq -lseccomp -lpng -ltesseract -lgomp -lm
$(O)/bin/mdjoin:  LDLIBS = -ljq -lcrypto
$(O)/bin/s3put:   LDLIBS = -ljq -lcrypto -lcurl -lexpat
$(O)/bin/jobdb:   LDLIBS = -ljq -lcrypto -lsqlite3 -lseccomp
$(O)/unit/%:      LDLIBS = -ljq -lcrypto -lseccomp -lpng -ltiff -ljpeg -ltesseract -lgomp -lm -lsqlite3 -lcurl -lexpat

$(CMDS:%=$(O)/bin/%): $(O)/bin/%: $(O)/cmd/%.o $(O)/libquire.a
	@mkdir -p $(@D)
	$(CC) $(LDALL) -o $@ $< $(O)/libquire.a $(LDLIBS)

$(O)/bin/quire: cmd/quire $(wildcard lib/*.sh)
	@mkdir -p $(@D)
	awk '/^\. lib\// { while ((getline line <$$2) > 0) print line; next } 1' $< >$@
	chmod 755 $@

$(O)/unit/%: $(O)/t/unit/%.o $(O)/libquire.a
	@mkdir -p $(@D)
	$(CC) $(LDALL) -o $@ $< $(O)/libquire.a $(LDLIBS)

$(O)/libquire.a: $(LIBOBJ)
	rm -f $@ && $(AR) rcs $@ $(LIBOBJ)

# The migrations as C strings, one a file, in order.
$(O)/sqlite.inc: $(sort $(wildcard share/quire/sql/sqlite/*.sql))
	@mkdir -p $(@D)
	for f in $^; do sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $$f; echo ,; done >$@
$(O)/lib/sqlschema.o: $(O)/sqlite.inc
$(O)/lib/sqlschema.o: CPPFLAGS += -I$(O)

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CCFLAGS) -MMD -MP -c -o $@ $<

unit: $(UNIT)

# bats -j needs GNU parallel.  One locale for all: bytes sort, é is a letter.
check: all unit
	@export QUIRE_BIN='$(abspath $(O)/bin)' QUIRE_UNIT='$(abspath $(O)/unit)' \
	    BATS_TEST_TIMEOUT='$(LIMIT)' LC_ALL=C.UTF-8; unset MAKEFLAGS MAKELEVEL; \
	j=; command -v parallel >/dev/null && j='-j 2'; \
	sh t/reap.sh $$(($(LIMIT) + 15)) & reap=$$!; \
	$(BATS) $$j $(BATSFLAGS) $(T); r=$$?; kill $$reap; exit $$r

asan:
	$(MAKE) $(or $(ASAN_GOAL),check) O=.build/asan LIMIT=300 HARDEN= HARDLD= \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all'

perf: all
	@export QUIRE_BIN='$(abspath $(O)/bin)'; \
	for f in t/perf/*.sh; do echo "$$f" && sh "$$f" || exit; done

lint: lint-tidy lint-cppcheck lint-shell lint-man

# One stamp a file, so that make -j shares them out and none is read twice.
lint-tidy: $(SOURCES:%.c=$(O)/lint/%.tidy)
$(O)/lint/%.tidy: %.c $(O)/sqlite.inc $(HEADERS) .clang-tidy t/unit/.clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- -std=c11 -D_GNU_SOURCE \
	    -DQUIRE_VERSION='"$(VERSION)"' -Ilib -I$(O) $(WARN) 2>$@.log || \
	    { cat $@.log; exit 1; }
	@touch $@

lint-cppcheck:
	@mkdir -p $(O)/lint/cppcheck
	cppcheck -q -j 2 --std=c11 -D_GNU_SOURCE -DQUIRE_VERSION='"0"' -Ilib \
	    --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem --error-exitcode=1 \
	    --cppcheck-build-dir=$(O)/lint/cppcheck $(SOURCES)

# bats sets output and the like; each of its tests is a subshell.
lint-shell: $(O)/bin/quire
	shellcheck $(SCRIPTS)
	shellcheck -e SC2030,SC2031,SC2154 $(wildcard t/*.bats)

# Other packages' manuals need not be installed.
lint-man:
	! (cd man && mandoc -Tlint -W style *.[17]) | \
	    grep -v 'referenced manual not found'

install: all
	mkdir -p $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 \
	    $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(BASHDIR) $(DESTDIR)$(DATADIR)
	install -m 755 $(BIN) $(DESTDIR)$(BINDIR)
	install -m 644 $(filter %.1,$(MANUALS)) $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(filter %.7,$(MANUALS)) $(DESTDIR)$(MANDIR)/man7
	cp -R share/quire $(DESTDIR)$(DATADIR)
	for c in quire $(CMDS); do \
	    install -m 644 share/quire/completions/quire.bash \
		$(DESTDIR)$(BASHDIR)/$$c || exit; done

uninstall:
	rm -f $(patsubst $(O)/bin/%,$(DESTDIR)$(BINDIR)/%,$(BIN)) \
	    $(patsubst man/%,$(DESTDIR)$(MANDIR)/man1/%,$(filter %.1,$(MANUALS))) \
	    $(patsubst man/%,$(DESTDIR)$(MANDIR)/man7/%,$(filter %.7,$(MANUALS))) \
	    $(patsubst %,$(DESTDIR)$(BASHDIR)/%,quire $(CMDS))
	rm -rf $(DESTDIR)$(DATADIR)/quire

dist:
	@mkdir -p $(O)
	tar -czf $(O)/$(DIST).tar.gz --sort=name --owner=0 --group=0 \
	    --numeric-owner --transform='s,^,$(DIST)/,' $(DISTED)

clean:
	rm -rf .build

-include $(wildcard $(O)/cmd/*.d $(O)/lib/*.d $(O)/t/unit/*.d)
.PHONY: all unit check asan perf lint lint-tidy lint-cppcheck lint-shell \
	lint-man install uninstall dist clean
.SECONDARY:
