# Every knob can be set on the command line, or in config.mk, which is in no commit.
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
# What make check runs, files or folders, and seconds that one test may take.
T       = t t/pages t/evil
LIMIT   = 300
-include config.mk

VERSION = 0.1.0
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes \
	  -Wstrict-prototypes -Wformat=2 -Wvla -Wwrite-strings -Wundef
# Of the flags that not every compiler knows, those that this one does.
knows   = $(shell for f in $(1); do $(CC) -Werror $$f -c -x c /dev/null -o /dev/null 2>/dev/null && echo $$f; done)
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE \
	  $(call knows,-fcf-protection -fstack-clash-protection -ftrivial-auto-var-init=zero)
HARDLD  = -pie -Wl,-z,relro,-z,now
CCFLAGS = -std=c11 -D_GNU_SOURCE -DQUIRE_VERSION='"$(VERSION)"' $(WARN) \
	  $(WERROR) $(HARDEN) $(SAN) $(CPPFLAGS) $(CFLAGS)
LDALL   = $(HARDLD) -Wl,--as-needed $(SAN) $(LDFLAGS)

CMDS    = s3ls s3get avscan doc2png ocrpage mdjoin s3put jobdb runlog
BIN     = $(CMDS:%=$(O)/bin/%) $(O)/bin/quire

# The architecture: what each room of lib, and each command, needs besides
# itself. It is compiled seeing the headers of those rooms alone, and a room's
# priv.h by that room alone.
NEEDS_base    =
NEEDS_net     = base
NEEDS_img     = base
NEEDS_proc    = base
NEEDS_sql     = base
NEEDS_aws     = base
NEEDS_rec     = base
NEEDS_work    = base rec
NEEDS_flow    = base rec
NEEDS_md      = base rec work
NEEDS_dir     = base rec work
NEEDS_s3      = base rec net aws
NEEDS_scan    = base
NEEDS_place   = base rec work dir s3
NEEDS_pdf     = base proc img
NEEDS_ledger  = base rec sql
NEEDS_unpack  = base rec work proc
NEEDS_doc     = base rec work proc img pdf md
NEEDS_ocr     = base rec proc img md net model
NEEDS_model   = base rec md net
NEEDS_screen  = base rec flow
NEEDS_jobdb   = base rec flow work proc ledger place
NEEDS_s3ls    = base rec flow place
NEEDS_s3get   = base rec flow work place unpack
NEEDS_avscan  = base rec flow work scan
NEEDS_doc2png = base rec flow work doc ocr
NEEDS_ocrpage = base rec flow work md ocr model
NEEDS_mdjoin  = base rec flow work md
NEEDS_s3put   = base rec flow work place
NEEDS_runlog  = base screen
# What of it is used, and what that needs in turn, is linked.
LIBS_base     = -lnettle
LIBS_rec      = -ljq
LIBS_net      = -lexpat
LIBS_img      = -lpng -ljpeg -lz -lm
LIBS_proc     = -lseccomp
LIBS_sql      = -lsqlite3

ROOMS   = $(sort $(patsubst lib/%/,%,$(dir $(wildcard lib/*/*.h))))
LIBOBJ  = $(patsubst %.c,$(O)/%.o,$(wildcard lib/*/*.c))
UNIT    = $(patsubst t/unit/%.c,$(O)/unit/%,$(wildcard t/unit/*/*.c))
EVIL    = $(patsubst t/%.c,$(O)/%,$(wildcard t/evil/*.c))
FAKE    = $(O)/fake/vllm
SOURCES = $(wildcard cmd/*.c lib/*/*.c t/unit/*/*.c t/evil/*.c t/fake/*.c)
SCRIPTS = contrib/bootstrap contrib/vllm/smoke contrib/engines/ocrad contrib/compile-commands .ci/run t/fuzz/run t/suite t/coverage \
	  $(O)/bin/quire $(wildcard t/*.bash t/pages/*.bash t/*.sh t/perf/*.sh t/fake/*.sh share/quire/completions/*.bash)
MANUALS = $(wildcard man/*.[157])
BASHDIR = $(DATADIR)/bash-completion/completions
DIST    = quire-$(VERSION)
DISTED  = .ci .clang-format .clang-tidy .editorconfig .gitignore INSTALL LICENSE Makefile NEWS README cmd contrib lib man share t
all: $(BIN)

.SECONDEXPANSION:
%/.made:
	@mkdir -p $(@D) && touch $@

# all_of ROOM...: they and what they need. libs_of: what those link.
all_of  = $(sort $(1) $(foreach r,$(1),$(if $(NEEDS_$(r)),$(call all_of,$(NEEDS_$(r))))))
libs_of = $(sort $(foreach r,$(call all_of,$(1)),$(LIBS_$(r))))

STORES  = $(shell sed -n '/^const struct place_scheme place_/s/.*"\(.*\)".*/\1/p' lib/place/*.c)
$(O)/bin/quire: cmd/quire $(wildcard lib/driver/*.sh lib/place/*.c) | $(O)/bin/.made
	awk 'function out() { sub(/^stores=.*/, "stores=\047$(filter-out file,$(STORES))\047"); print } \
	    /^\. lib\// { f = $$2; while ((getline <f) > 0) out(); next } { out() }' $< >$@
	chmod 755 $@

LINK    = $(CC) $(LDALL) -o $@ $(filter %.o %.a,$^)
$(CMDS:%=$(O)/bin/%): $(O)/bin/%: $(O)/cmd/%.o $(O)/libquire.a | $(O)/bin/.made
	$(LINK) $(call libs_of,$*)
$(O)/unit/%: $(O)/t/unit/%.o $(O)/libquire.a | $$(@D)/.made
	$(LINK) $(call libs_of,$(ROOMS)) -ltiff
# A command with the libraries of t/evil in front.
$(EVIL): $(O)/evil/%: $(O)/t/evil/%.o $(O)/cmd/%.o $(O)/libquire.a | $$(@D)/.made
	$(LINK) $(call libs_of,$(ROOMS))
$(FAKE): $(O)/fake/%: $(patsubst %.c,$(O)/%.o,$(wildcard t/fake/vllm*.c)) | $$(@D)/.made
	$(LINK)
$(O)/libquire.a: $(LIBOBJ)
	rm -f $@ && $(AR) rcs $@ $(LIBOBJ)

# The migrations as C strings, one a file, in order.
$(O)/sqlite.inc: $(sort $(wildcard share/quire/sql/sqlite/*.sql)) | $(O)/.made
	for f in $^; do sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $$f; echo ,; done >$@
$(O)/lib/ledger/schema.o: $(O)/sqlite.inc
$(O)/lib/ledger/schema.o: CPPFLAGS += -I$(O)
$(O)/profiles.inc: $(sort $(wildcard share/quire/profiles/*.json)) | $(O)/.made
	for f in $^; do f=$${f##*/}; echo "\"$${f%.json}\","; sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' share/quire/profiles/$$f; echo ,; done >$@
$(O)/lib/model/profile.o: $(O)/profiles.inc
$(O)/lib/model/profile.o: CPPFLAGS += -I$(O)

# see/R holds links to the headers that R may include.
$(O)/see/%/.made: Makefile $(wildcard lib/*)
	@rm -rf $(@D) && mkdir -p $(@D) $(addprefix $(@D)/,$(NEEDS_$*))
	@for r in $(NEEDS_$*); do ln -sr lib/$$r/*.h $(@D)/$$r; done
	@rm -f $(@D)/*/priv.h; [ ! -d lib/$* ] || ln -sr lib/$* $(@D)
	@touch $@

# What is written down as needed is the header itself, not the link to it.
COMPILE = $(CC) $(CCFLAGS) -MMD -MP -c -o $@ $<
UNSEEN  = sed -i 's,$(O)/see/[^/]*/,lib/,g' $(@:.o=.d)
$(O)/lib/%.o: lib/%.c | $(O)/see/$$(*D)/.made $$(@D)/.made
	$(COMPILE) -I$(O)/see/$(*D) && $(UNSEEN)
$(O)/cmd/%.o: cmd/%.c | $(O)/see/%/.made $$(@D)/.made
	$(COMPILE) -I$(O)/see/$* && $(UNSEEN)
$(O)/t/%.o: t/%.c | $$(@D)/.made
	$(COMPILE) -Ilib -It

unit: $(UNIT) $(EVIL) $(FAKE)
SUITE   = O='$(abspath $(O))' LIMIT='$(LIMIT)' BATS='$(BATS)' BATSFLAGS='$(BATSFLAGS)' sh t/suite
check: all unit
	@$(SUITE) $(T)
quick: all unit; @$(SUITE) --quick
long: all; @QUIRE_LONG=1 QUIRE_KILLS=5 QUIRE_PAIRS=50 QUIRE_MUTATIONS=2000 QUIRE_SEED=$${QUIRE_SEED-$$$$} $(MAKE) check LIMIT=14400 T="t/kills.bats t/s3kills.bats t/s3fake.bats t/s3.bats t/s3faults.bats t/pages/mutations.bats t/pages/large.bats"
coverage: ; @BATS='$(BATS)' BATSFLAGS='$(BATSFLAGS)' sh t/coverage $(T)
compile_commands: all unit; @O='$(O)' sh contrib/compile-commands >$(O)/compile_commands.json

asan:
	$(MAKE) $(or $(ASAN_GOAL),check) O=.build/asan LIMIT=300 HARDEN= HARDLD= \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=all'

fuzz:
	@O=$(O)/fuzz MAKE=$(MAKE) LIBS='$(call libs_of,$(ROOMS))' sh t/fuzz/run

perf: all unit
	@export QUIRE_BIN='$(abspath $(O)/bin)'; \
	for f in t/perf/*.sh; do echo "$$f" && sh "$$f" || exit; done

lint: lint-format lint-tidy lint-cppcheck lint-shell lint-man

FORMATTED = $(SOURCES) $(wildcard lib/*/*.h t/unit/*.h t/unit/*/*.h t/fuzz/*.[ch] t/evil/*.h t/fake/*.h)
lint-format: ; clang-format --dry-run -Werror $(FORMATTED)
format: ; clang-format -i $(FORMATTED)

LINTED  = -std=c11 -D_GNU_SOURCE -DQUIRE_VERSION='"$(VERSION)"' -Ilib -It -I$(O)
lint-tidy: $(SOURCES:%.c=$(O)/lint/%.tidy)
$(O)/lint/%.tidy: %.c .clang-tidy t/unit/.clang-tidy | $(O)/sqlite.inc $(O)/profiles.inc $$(@D)/.made
	@$(CC) $(LINTED) -MM -MP -MT $@ -MF $(@:.tidy=.d) $<
	clang-tidy --quiet $< -- $(LINTED) $(WARN) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@
lint-cppcheck: | $(O)/lint/cppcheck/.made
	cppcheck -q -j 2 --std=c11 -D_GNU_SOURCE -DQUIRE_VERSION='"0"' -Ilib -It --error-exitcode=1 \
	    --enable=warning,performance,portability --inline-suppr --cppcheck-build-dir=$(O)/lint/cppcheck \
	    --suppress=missingIncludeSystem $(SOURCES)

# bats sets output and the like; each of its tests is a subshell.
lint-shell: $(O)/bin/quire
	shellcheck $(SCRIPTS)
	shellcheck -e SC2030,SC2031,SC2154 $(wildcard t/*.bats t/pages/*.bats t/evil/*.bats)
lint-man: # other packages' manuals need not be installed
	! (cd man && mandoc -Tlint -W style *.[157]) | grep -v 'referenced manual not found'

include contrib/install.mk
clean: ; rm -rf .build
-include $(foreach d,$(O) $(O)/lint,$(wildcard $d/cmd/*.d $d/lib/*/*.d $d/t/unit/*/*.d $d/t/evil/*.d $d/t/fake/*.d))
.PHONY: all unit check quick long coverage compile_commands asan fuzz perf lint lint-format lint-tidy lint-cppcheck \
	lint-shell lint-man format install uninstall dist clean
.SECONDARY:
