# The one front door. "make help" lists what it can do.

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
BUILD   ?= build
# What gcc does for speed at -Oz, too, and what makes the program larger.
SMALL    = $(if $(findstring clang,$(CC)),,-fno-move-loop-invariants -fno-caller-saves -fno-expensive-optimizations \
             -fno-gcse -fno-optimize-sibling-calls -fno-shrink-wrap -fno-tree-coalesce-vars -fno-tree-sra -fno-tree-tail-merge)
SMALL   += $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),$(if $(findstring clang,$(CC)),,-malign-data=abi))
CFLAGS  ?= -Oz -g $(SMALL)
# WERROR= switches it off for a compiler that warns of more than ours.
WERROR  ?= -Werror
WARN     = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
# Nothing unwinds the stack at run time, and relocations are packed: a fifth less to load.
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -Ilib -Icmd -fvisibility=hidden \
             -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables $(WARN) $(SANITIZE) $(CFLAGS)
ALL_LDFLAGS = -Wl,--gc-sections -Wl,--as-needed -Wl,-z,relro \
              -Wl,-z,pack-relative-relocs -Wl,-z,noseparate-code $(SANITIZE) $(LDFLAGS)
# Further libraries are loaded by who first needs them (lib/base/library.h).
LIBS     = -lcjson -ldl -lpthread

LIB_SRC  := $(wildcard lib/*/*.c lib/*/*/*.c)
CMD_SRC  := $(wildcard cmd/*.c cmd/*/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
CMD_OBJ  := $(CMD_SRC:%.c=$(BUILD)/%.o)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT     := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

.PHONY: help all demo check check-unit check-sanitized check-cli fuzz e2e bench install install-kubectl docs format lint clean deps-build deps-check
.DEFAULT_GOAL := all

help: ## list what this Makefile can do
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

all: $(BUILD)/kubec ## build the program, build/kubec

$(BUILD)/kubec: $(CMD_OBJ) $(BUILD)/libkubec.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(CMD_OBJ) $(BUILD)/libkubec.a $(LIBS)

$(BUILD)/libkubec.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

# What touches every byte of a long answer is fast; all else is small.
FAST     = $(addprefix lib/,$(addprefix base/,alloc.c buf.c map.c vec.c) $(addprefix data/,json.c json_number.c json_pack.c \
             json_print.c json_tree.c utf8.c yaml_print.c) view/table_printer.c)
$(FAST:%.c=$(BUILD)/%.o): CFLAGS := $(filter-out $(SMALL),$(CFLAGS:-Oz=-O2))

# version.o alone knows the commit, so that nothing else is compiled again for it.
$(BUILD)/cmd/version.o: CFLAGS += $(shell TZ=UTC0 git log -1 --format='-DKUBEC_COMMIT=\"%H\" -DKUBEC_BUILD_DATE=\"%cd\"' \
	--date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libkubec.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< $(BUILD)/libkubec.a -lcmocka $(LIBS)

deps-build:
	@tests/packages build
deps-check:
	@tests/packages check

# The packages come first: in one make they and the compiler would race.
demo: deps-check ## bring what is missing, build, and walk through the main job on the test API server
	@$(MAKE) --no-print-directory all
	@tests/demo

check: deps-check ## bring what is missing and run all tests
	@$(MAKE) --no-print-directory all unit-tests
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitized CFLAGS="-O1 -g -fno-omit-frame-pointer" \
		SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined" unit-tests fuzz-targets
	@BUILD=$(BUILD) tests/check

fuzz: deps-check ## the fuzz targets with libFuzzer (clang), FUZZ_SECONDS each; FUZZ="json yaml" chooses some
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzzing CC=clang CFLAGS="-O1 -g -fno-omit-frame-pointer" FUZZ_DRIVER= \
		WERROR= SANITIZE="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined" \
		FUZZ_LINK=-fsanitize=fuzzer fuzz-targets
	@BUILD=$(BUILD) tests/fuzz/run $(FUZZ)

e2e: deps-check ## the walkthroughs on the cluster of KUBECONFIG, or on a control plane made for it
	@$(MAKE) --no-print-directory all
	@tests/e2e/run

.PHONY: unit-tests fuzz-targets
unit-tests: $(UNIT)

# Each target with driver.c, or with libFuzzer where FUZZ_LINK says so.
FUZZ_DRIVER ?= tests/fuzz/driver.c
FUZZ_SRC := $(filter-out tests/fuzz/driver.c,$(wildcard tests/fuzz/*.c))
fuzz-targets: $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)

$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h tests/fuzz/driver.c $(BUILD)/libkubec.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/fuzz $(ALL_LDFLAGS) $(FUZZ_LINK) -o $@ $< $(FUZZ_DRIVER) $(BUILD)/libkubec.a $(LIBS)

check-unit: $(UNIT) ## the unit tests alone
	@BUILD=$(BUILD) tests/check unit

check-cli: all ## the tests of the program against the test API server alone
	@BUILD=$(BUILD) tests/check cli

docs: all ## write completions/ and man/ anew from the commands' descriptions
	rm -rf man completions
	$(BUILD)/kubec __docs .

install: all ## install program, man pages and completions (PREFIX, DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 -s $(BUILD)/kubec $(DESTDIR)$(PREFIX)/bin/kubec
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 completions/kubec.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kubec
	install -m 644 completions/_kubec $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kubec
	install -m 644 completions/kubec.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kubec.fish

install-kubectl: install ## install, and let kubectl be kubec too
	@test ! -e $(DESTDIR)$(PREFIX)/bin/kubectl -o -L $(DESTDIR)$(PREFIX)/bin/kubectl || \
		{ echo "$(DESTDIR)$(PREFIX)/bin/kubectl is there already, and no link"; exit 1; }
	ln -sfn kubec $(DESTDIR)$(PREFIX)/bin/kubectl

bench: deps-check ## kubec beside a reference kubectl: times, memory, requests; BENCH_KUBECONFIG: many objects on that cluster
	@$(MAKE) --no-print-directory all $(BUILD)/bench/measure $(BUILD)/bench/hello
	@BUILD=$(BUILD) tests/bench/run

$(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $<

lint: ## what a compiler does not tell: cppcheck, shellcheck where they are installed
	cppcheck --quiet --enable=warning,portability --inline-suppr --std=c11 --error-exitcode=1 \
		--library=.cppcheck.cfg --suppress=varFuncNullUB -Ilib -Icmd cmd lib
	shellcheck tests/check tests/packages tests/rooms tests/demo tests/parity/reference tests/e2e/run tests/e2e/control-plane \
		tests/e2e/build-control-plane tests/e2e/helper.bash tests/e2e/*.bats .ci/run

format: ## lay out the C as .clang-format says
	clang-format -i $(wildcard cmd/*.[ch] cmd/*/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] tests/unit/*.[ch])

clean: ## remove what the build made
	rm -rf $(BUILD)

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d)
