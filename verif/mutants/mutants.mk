# mutants.mk - the RTL broken on purpose: each defect must be noticed. Twin: verif/mutants/mutants.txt
# The configurations whose random programs judge the RTL as it is; of them a mutant has one.
MUTANT_BUILDS := tiny flex12 flex10
MUTANT_RTL ?= rtl
MUTANT_DIR ?= $(B)/mutants/none
MUTANT_LINK := $(B)/obj/verif/cosim/random_test.o $(COSIM_BENCH_OBJ) $(B)/lib/libflx.a $(V)/verilated.o $(V)/verilated_threads.o
.PHONY: mutants mutant
mutants: $(MUTANT_LINK) ## break the RTL on purpose; every defect must be caught
	@verif/mutants/run.sh $(B)/mutants
# One mutant: called by run.sh with MUTANT_RTL and MUTANT_DIR.
define mutant-build
	@$(VERILATOR) --cc --top-module flx_core -I$(MUTANT_RTL) -I$(MUTANT_RTL)/gen -O3 --x-assign fast --x-initial fast --noassert -Wno-fatal --no-timing \
		--prefix V$(1) --Mdir $(MUTANT_DIR)/$(1) $(CONFIG_$(1)) $(MUTANT_RTL)/flx_core.v
	@$(MAKE) -s -C $(MUTANT_DIR)/$(1) -f V$(1).mk V$(1)__ALL.a OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1
	@$(CXX) $(COSIM_CXXFLAGS) -isystem $(MUTANT_DIR)/$(1) -DFLX_CLASS=V$(1) -DFLX_CLASS_H='"V$(1).h"' -DFLX_CONFIG_NAME='"$(1)"' \
		-DFLX_FAST=0 -DFLX_TRACED=0 -c verif/cosim/rtl_instance.cc -o $(MUTANT_DIR)/$(1)/instance.o

endef
mutant: $(MUTANT_LINK)
	$(foreach b,$(MUTANT_BUILDS),$(call mutant-build,$(b)))
	@$(CXX) $(foreach b,$(MUTANT_BUILDS),$(MUTANT_DIR)/$(b)/instance.o $(MUTANT_DIR)/$(b)/V$(b)__ALL.a) $(MUTANT_LINK) $(GTEST) $(LIBS) \
		-o $(MUTANT_DIR)/mutant_test
