# cosim.mk - Verilated builds of the core, the `flx cosim` objects and the co-simulation tests. Twin: verif/cosim/bench.cc
# A build is CONFIG, CONFIG_fast (FAST=1: the multiplier written as *) or CONFIG_fst (traced: flx cosim --wave).
# COSIM_EXTRA adds builds: make COSIM_EXTRA=mac4096_fast.
COSIM_EXTRA ?=
COSIM_BUILDS ?= tiny flex8 flex10 flex12 mac256 mac256_fast mac256p_fast mac1024_fast tiny_fst flex8_fst flex10_fst flex12_fst mac256_fst $(COSIM_EXTRA)


V := $(B)/verilated
VERILATOR ?= verilator
VERILATOR_INCLUDE := $(or $(VERILATOR_ROOT),$(shell $(VERILATOR) --getenv VERILATOR_ROOT 2>/dev/null))/include
VERILATOR_FLAGS := --cc --top-module flx_core $(RTL_INCLUDE) $(RTL_SEARCH) -O3 --x-assign fast --x-initial fast --noassert -Wno-fatal --no-timing \
	--output-split 20000 --output-split-cfuncs 5000
# The traced builds run seldom: they are compiled for a short build.
COSIM_OPT := -O3
COSIM_OPT_fst := -O1

cosim-config = $(firstword $(subst _, ,$(1)))
cosim-is = $(if $(filter %_$(2),$(1)),1,0)
COSIM_CXXFLAGS := -std=c++17 -O2 -g -Wall -Wextra -Werror -Icmodel/include -Icmodel -Isw -isystem $(VERILATOR_INCLUDE) -isystem $(VERILATOR_INCLUDE)/vltstd

define cosim-build
$(V)/$(1)/V$(1).mk: $(RTL_CORE) rtl/array/flx_digit.vh rtl/gen/flx_defs.vh $(B)/gen/configs.mk verif/cosim/cosim.mk | $(DEPS)
	@mkdir -p $$(@D)
	$(VERILATOR) $(VERILATOR_FLAGS) $(if $(filter %_fst,$(1)),--trace-fst) --prefix V$(1) --Mdir $$(@D) \
		$$(CONFIG_$(call cosim-config,$(1))) $(if $(filter %_fast,$(1)),-GFAST=1) rtl/core/flx_core.v
$(V)/$(1)/V$(1)__ALL.a: $(V)/$(1)/V$(1).mk
	+$$(MAKE) -s -C $$(@D) -f V$(1).mk V$(1)__ALL.a OPT_FAST="$(if $(filter %_fst,$(1)),$(COSIM_OPT_fst),$(COSIM_OPT))" OPT_SLOW=-O0 OPT_GLOBAL=-O2 >$$(@D)/log
$(V)/$(1)/instance.o: verif/cosim/rtl_instance.cc verif/cosim/rtl.h $(wildcard cmodel/include/flx/*.h cmodel/*/*.h) $(V)/$(1)/V$(1).mk
	$(CXX) $(COSIM_CXXFLAGS) -isystem $$(@D) -DFLX_CLASS=V$(1) -DFLX_CLASS_H='"V$(1).h"' -DFLX_CONFIG_NAME='"$(call cosim-config,$(1))"' \
		-DFLX_FAST=$(call cosim-is,$(1),fast) -DFLX_TRACED=$(call cosim-is,$(1),fst) -c $$< -o $$@
endef
$(foreach build,$(COSIM_BUILDS),$(eval $(call cosim-build,$(build))))

# Verilator's run-time, once for all builds.
VERILATOR_RUNTIME := $(V)/verilated.o $(V)/verilated_threads.o $(if $(filter %_fst,$(COSIM_BUILDS)),$(V)/verilated_fst_c.o)
$(VERILATOR_RUNTIME): $(V)/%.o: | $(DEPS)
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -O2 -w -I$(VERILATOR_INCLUDE) -I$(VERILATOR_INCLUDE)/vltstd -c $(VERILATOR_INCLUDE)/$*.cpp -o $@

COSIM_SRC := sw/flx/cmd_cosim.cc $(filter-out verif/cosim/rtl_instance.cc %_test.cc verif/cosim/programs.cc,$(wildcard verif/cosim/*.cc))
COSIM_OBJ := $(COSIM_SRC:%.cc=$(B)/obj/%.o)
$(filter %/cmd_cosim.o,$(COSIM_OBJ)): $(B)/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(COSIM_CXXFLAGS) -Iverif/cosim -MMD -c $< -o $@
$(B)/obj/verif/cosim/%.o: verif/cosim/%.cc $(wildcard verif/cosim/*.h cmodel/include/flx/*.h cmodel/*/*.h sw/flx/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(CXX) $(COSIM_CXXFLAGS) -c $< -o $@

# What a program that contains the co-simulation links, before $(B)/lib/libflx.a; with $(CXX) and $(LIBS).
COSIM_LINK := $(COSIM_OBJ) $(foreach b,$(COSIM_BUILDS),$(V)/$(b)/instance.o $(V)/$(b)/V$(b)__ALL.a) $(VERILATOR_RUNTIME)

COSIM_BENCH_OBJ := $(addprefix $(B)/obj/verif/cosim/,bench.o rtl.o programs.o)
$(B)/bin/cosim_random_test: $(B)/obj/verif/cosim/random_test.o $(COSIM_BENCH_OBJ) $(filter-out $(COSIM_OBJ),$(COSIM_LINK)) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CXX) $^ $(GTEST) $(LIBS) -o $@
$(B)/bin/cosim_model_test: $(B)/obj/verif/cosim/model_test.o $(B)/obj/verif/cosim/programs.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CXX) $^ $(GTEST) $(LIBS) -o $@

.PHONY: test-cosim nightly-cosim
test-cosim: $(B)/bin/cosim_model_test $(B)/bin/cosim_random_test ## cycle model against the contract; RTL against golden and cycle model
	$(B)/bin/cosim_model_test --gtest_brief=1
	$(B)/bin/cosim_random_test --gtest_brief=1
nightly-cosim: ## the same with 2,000 random programs, other seeds, and the large grids too
	$(MAKE) COSIM_EXTRA="mac1024 mac4096_fast" $(B)/bin/cosim_random_test
	FLX_COSIM_CASES=2000 FLX_COSIM_SEED=1000000 $(B)/bin/cosim_random_test --gtest_brief=1
