# mutants.mk - the RTL broken on purpose: each defect must be noticed. Twin: verif/mutants/mutants.txt
# The configuration whose random programs judge a mutant.
MUTANT_CONFIG ?= tiny
MUTANT_RTL ?= rtl
MUTANT_DIR ?= $(B)/mutants/none
MUTANT_LINK := $(B)/obj/verif/cosim/random_test.o $(COSIM_BENCH_OBJ) $(B)/lib/libflx.a $(V)/verilated.o $(V)/verilated_threads.o
.PHONY: mutants mutant
mutants: $(MUTANT_LINK) ## break the RTL on purpose; every defect must be caught
	@verif/mutants/run.sh $(B)/mutants
# One mutant: called by run.sh with MUTANT_RTL, MUTANT_DIR and MUTANT_CONFIG.
MUTANT_V = $(MUTANT_DIR)/$(MUTANT_CONFIG)
mutant: $(MUTANT_LINK)
	@$(VERILATOR) --cc --top-module flx_core $(subst rtl/,$(MUTANT_RTL)/,$(RTL_INCLUDE) $(RTL_SEARCH)) -O3 --x-assign fast --x-initial fast --noassert -Wno-fatal --no-timing \
		--prefix V$(MUTANT_CONFIG) --Mdir $(MUTANT_V) $(CONFIG_$(MUTANT_CONFIG)) $(MUTANT_RTL)/core/flx_core.v
	@$(MAKE) -s -C $(MUTANT_V) -f V$(MUTANT_CONFIG).mk V$(MUTANT_CONFIG)__ALL.a OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1
	@$(CXX) $(COSIM_CXXFLAGS) -isystem $(MUTANT_V) -DFLX_CLASS=V$(MUTANT_CONFIG) -DFLX_CLASS_H='"V$(MUTANT_CONFIG).h"' -DFLX_CONFIG_NAME='"$(MUTANT_CONFIG)"' \
		-DFLX_FAST=0 -DFLX_TRACED=0 -c verif/cosim/rtl_instance.cc -o $(MUTANT_V)/instance.o
	@$(CXX) $(MUTANT_V)/instance.o $(MUTANT_V)/V$(MUTANT_CONFIG)__ALL.a $(MUTANT_LINK) $(GTEST) $(LIBS) -o $(MUTANT_DIR)/mutant_test
