# Makefile - the only door: installs what is missing, builds, runs, tests. `make help` lists the targets.
# SPDX-License-Identifier: Apache-2.0
# Two cores are assumed; JOBS=N changes that.
# GNU make takes a blank as the end of a name.
ifneq ($(words $(CURDIR)),1)
$(error the path "$(CURDIR)" holds a blank, which GNU make cannot handle: move or clone the project to a path without one)
endif
.DEFAULT_GOAL := all
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
# Numbers with a point, and one order of names, wherever this runs.
export LC_ALL := C
JOBS ?= $(shell nproc)
# A plain `make` uses the machine; an explicit -j wins, and a make inside make shares its parent's jobs.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(JOBS)
endif

B := build
VBIN ?= $(B)/bin
# Debian's, for its numpy and matplotlib; scripts import one another by their path from the root.
PYTHON := /usr/bin/python3
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1
WARN := -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror
CPPFLAGS := -Icmodel/include -Icmodel -D_GNU_SOURCE
CFLAGS := -std=c11 -O3 -g $(WARN)
CXXFLAGS := -std=c++17 -O2 -g -Wall -Wextra -Werror
LIBS := -lzip -ljansson -lz -lm -lpthread
GTEST := -lgtest -lgtest_main

# A recipe prints what it makes, `CC file`; V=1: its commands; -s: nothing.
ifneq ($(VERILATED_DIR),1)
.SILENT:
say = $(if $(findstring s,$(firstword -$(MAKEFLAGS))),,printf '  %-8s %s\n' $(1) $(2); )
endif

DEPS := $(B)/.packages
$(DEPS): packages.txt sw/setup/install_packages.sh
	@sw/setup/install_packages.sh packages.txt $@

# ---- generated files -------------------------------------------------------------------------
FLX_GEN_SRC := $(wildcard sw/gen/*.c) $(addprefix cmodel/,$(addprefix interface/,flx_config.c flx_rule.c flx_config_set.c) trace/flx_output.c trace/flx_output_place.c) $(addprefix sw/cli/,flx_cli.c flx_option.c)
$(B)/gen/flx_gen: $(FLX_GEN_SRC) $(wildcard sw/gen/*.h sw/cli/*.h cmodel/trace/flx_output*.h cmodel/def/*.def cmodel/include/flx/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -Isw $(CFLAGS) $(FLX_GEN_SRC) -o $@
$(B)/gen/configs.mk: $(B)/gen/flx_gen
	$(call say,GEN,$@)$< make >$@
$(B)/gen/rtl.mk: rtl/rtl.f sw/gen/rtl_list.py | $(DEPS)
	@mkdir -p $(@D)
	$(call say,GEN,$@)$(PYTHON) sw/gen/rtl_list.py make >$@
# Root installs what a user has built, and writes nothing into the user's folder.
FOREIGN := $(if $(filter install,$(MAKECMDGOALS)),$(shell [ "$$(id -u)" = 0 ] && [ -d $(B) ] && [ "$$(stat -c %u $(B))" != 0 ] && echo yes))
ifeq ($(filter help clean uninstall $(if $(FOREIGN),install),$(MAKECMDGOALS)),)
-include $(B)/gen/configs.mk $(B)/gen/rtl.mk
endif
include rtl/verilate.mk sim/rtl/rtl.mk

.PHONY: gen check-gen
gen: $(B)/gen/flx_gen ## maintain: rewrite the committed generated files: from cmodel/def, and all tables and pictures from docs/data
	$< write
	sw/gen/rtl_list.py write
	docs/data/render.py
check-gen: $(B)/gen/flx_gen $(B)/bin/flx ## test: generated files are those of the lists, tables and pictures those of docs/data
	@$< compare
	@sw/gen/rtl_list.py compare
	@docs/data/render.py --check
	@synth/study/configs.py $(B)/bin/flx --check docs/data/configs.json
	@echo "generated files and tables are up to date"

# ---- C library --------------------------------------------------------------------------------
LIB_SRC := $(wildcard cmodel/*/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/obj/%.o)
$(B)/obj/%.o: %.c | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/lib/libflx.a: $(LIB_OBJ)
	@mkdir -p $(@D)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^
# ---- the main job -------------------------------------------------------------------------------
FLX_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(wildcard sw/flx/*.c))
$(FLX_OBJ): CPPFLAGS += -Isw
$(B)/obj/sw/flx/cmd_cosim.o: sw/flx/cmd_cosim.cc | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(SIM_CXXFLAGS) -Isw -Isw/flx -MMD -MP -c $< -o $@
$(B)/bin/flx: $(FLX_OBJ) $(B)/obj/sw/flx/cmd_cosim.o $(SIM_OBJ) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(LIBS) $(SIM_LIBS) -o $@

.PHONY: all
all: $(B)/bin/flx $(RTL_SO)/mac256.so $(B)/bin/flx-train $(B)/bin/flx-train-gan $(B)/bin/flx-netsim ## start: build, then replay the shipped traces through golden model, cycle model and RTL
	@mkdir -p $(B)/report
	@$(B)/bin/flx cosim --report $(B)/report/cosim.json verif/traces/*.npz

.PHONY: configs
configs: $(B)/bin/flx ## simulate: the named configurations, with cycles and utilisation of a large product
	@$(B)/bin/flx configs

# ---- tests --------------------------------------------------------------------------------------
# Each prints what it compared, whole when it ends; one that fails ends the run. Long ones first, so that both cores have work to the end.
TESTS := mutants test-autoflex sanitize test-synth lint test-golden test-trainer test-cosim test-datapath test-config test-house test-tracefile test-data test-alloc test-netsim test-rivals test-cli test-docs test-flx test-install test-fourstate test-example test-oracle \
	formal test-traces check-gen
.PHONY: test nightly test-traces $(TESTS:%=passed-%)
test: ## start: every test, about 20 minutes on two cores; what it leaves out is listed at its end
	@rm -rf $(B)/left_out $(B)/passed; mkdir -p $(B)/passed; start=$$SECONDS; \
	(while sleep 30; do echo "==== $$(ls $(B)/passed | wc -l) of $(words $(TESTS)) passed, $$((SECONDS - start)) s" >&2; done) & ticker=$$!; trap 'kill $$ticker' EXIT; \
	$(MAKE) --no-print-directory --output-sync=target $(TESTS:%=passed-%); \
	cat /dev/null $$(ls $(B)/left_out/*.txt 2>/dev/null); echo "left to nightly: $(NIGHTLY)"; echo "$$(ls $(B)/passed | wc -l) passed, 0 failed"
$(TESTS:%=passed-%): passed-%: %
	@echo "==== $*: passed"; touch $(B)/passed/$*
test-traces: $(B)/bin/flx $(addprefix $(RTL_SO)/,mac256.so mac256_fast.so tiny.so mac1024_fast.so mac256p_fast.so) ## test: the shipped traces again: with stalls, and on the cycle model
	@verif/house/inputs.py check
	$(B)/bin/flx cosim --stall 0.1 --seed 7 verif/traces/*.npz | tail -2
	$(B)/bin/flx cosim --stall 0.5 --seed 8 --fast verif/traces/*.npz | tail -2
	$(B)/bin/flx cosim --config tiny verif/traces/*_000900.npz | tail -2
	$(B)/bin/flx cosim --config mac1024 --fast verif/traces/*.npz | tail -2
	$(B)/bin/flx cosim --config mac256p --fast verif/traces/*.npz | tail -2
	$(B)/bin/flx model verif/traces/*.npz | tail -2
NIGHTLY := nightly-golden nightly-autoflex nightly-cosim fuzz
nightly: $(NIGHTLY) ## nightly: the long versions, hours

# ---- the rest: one file per subject ---------------------------------------------------------------
include sw/cli/cli.mk
include sw/setup/install.mk
include verif/install/install_test.mk
include verif/flx/flx.mk
include verif/cli/cli.mk
include verif/config/config.mk
include verif/cosim/cosim.mk
include verif/example/example.mk
include verif/fourstate/fourstate.mk
include verif/oracle/oracle.mk
include verif/autoflex/autoflex.mk
include verif/rivals/rivals.mk
include verif/datapath/datapath.mk
include verif/formal/formal.mk
include verif/golden/golden.mk
include verif/lint/lint.mk
include verif/alloc/alloc.mk
include verif/house/house.mk
include verif/tracefile/tracefile.mk
include verif/trainer/trainer_test.mk
include verif/mutants/mutants.mk
include synth/synth.mk
include synth/study/study.mk
include sw/trainer/trainer.mk
include synth/netsim/netsim.mk
include docs/data/data.mk
include verif/data/data.mk
include verif/docs/docs.mk
include verif/netsim/netsim_test.mk

# ---- help, clean ------------------------------------------------------------------------------
.PHONY: help clean
help: ## start: this list
	@$(PYTHON) sw/setup/make_help.py Makefile $(filter %.mk,$(MAKEFILE_LIST))
clean: ## start: remove build/
	rm -rf $(B)
-include $(shell find $(B)/obj -name "*.d" 2>/dev/null)
