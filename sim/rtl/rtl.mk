# rtl.mk - the Verilated core as shared objects build/rtl/NAME.so, which `flx cosim` and the tests load by name. Twin: sim/rtl/rtl.h
# SPDX-License-Identifier: Apache-2.0
#
# NAME is a configuration of cmodel/def/flx_config.def; NAME_fast has FAST = 1, the multiplier written as *; NAME_fst and NAME_fast_fst write waveforms. Each is built when it is asked for:
#   make sim CONFIG=NAME [FAST=1] [WAVE=1]
# RTL_SO=DIR puts them elsewhere.
RTL_SO ?= $(B)/rtl
RTL_BUILDS := $(CONFIGS) $(CONFIGS:%=%_fast) $(CONFIGS:%=%_fst) $(CONFIGS:%=%_fast_fst)
# Traced builds run seldom: they are compiled for a short build.
SIM_OPT := -O3
SIM_OPT_fst := -O1
sim-config = $(firstword $(subst _, ,$(1)))
sim-is = $(if $(findstring _$(2),$(1)),1,0)
# What only a traced build holds.
SIM_TRACED = $(VERILATED_FST) $(B)/verilated/runtime/wave_view.o
$(B)/verilated/runtime/wave_view.o: sim/rtl/wave_view.cc sim/rtl/wave_view.h | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(VERILATED_CXXFLAGS) -c $< -o $@

define sim-build
$(call verilate,$(1),flx_core,$(RTL_ROOT)/core/flx_core.v,$(CONFIG_$(call sim-config,$(1))) $(if $(findstring _fast,$(1)),-GFAST=1) $(if $(filter %_fst,$(1)),--trace-fst) --output-split 20000 --output-split-cfuncs 5000,$(if $(filter %_fst,$(1)),$(SIM_OPT_fst),$(SIM_OPT)))
$(RTL_SO)/$(1).so: sim/rtl/rtl_instance.cc $(VERILATED_DIR)/$(1)/V$(1)__ALL.a $(VERILATED) $(if $(filter %_fst,$(1)),$(SIM_TRACED))
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)$$(CXX) $$(VERILATED_CXXFLAGS) -MF $(VERILATED_DIR)/$(1)/instance.d -MT $$@ -isystem $(VERILATED_DIR)/$(1) -DFLX_CLASS=V$(1) -DFLX_CLASS_H='"V$(1).h"' -DFLX_ROOT_H='"V$(1)___024root.h"' \
		-DFLX_EXP_BITS=$(patsubst -GEXP_BITS=%,%,$(filter -GEXP_BITS=%,$(CONFIG_$(call sim-config,$(1))))) -DFLX_CONFIG_NAME='"$(call sim-config,$(1))"' \
		-DFLX_PARAMETERS='"$(CONFIG_$(call sim-config,$(1)))"' -DFLX_FAST=$(call sim-is,$(1),fast) -DFLX_TRACED=$(call sim-is,$(1),fst) -shared $$(filter %.cc %.a %.o,$$^) -lz -lpthread -o $$@.part
	@mv $$@.part $$@
-include $(VERILATED_DIR)/$(1)/instance.d
endef
$(foreach build,$(RTL_BUILDS),$(eval $(call sim-build,$(build))))

# Programs that load them: the bench and the loader, beside libflx.
SIM_OBJ := $(addprefix $(B)/obj/sim/rtl/,bench.o rtl.o)
SIM_CXXFLAGS := -std=c++17 -O2 -g -Wall -Wextra -Werror -Icmodel/include -Icmodel -Isim/rtl
SIM_LIBS := -ldl
$(SIM_OBJ): $(B)/obj/%.o: %.cc | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(SIM_CXXFLAGS) -MMD -MP -c $< -o $@

CONFIG ?= mac256
.PHONY: sim
sim: $(B)/bin/flx $(RTL_SO)/$(CONFIG)$(if $(FAST),_fast)$(if $(WAVE),_fst).so ## simulate: CONFIG=NAME [FAST=1] [WAVE=1]: builds one configuration of the core alone, and replays the shipped traces of its format
	@$(B)/bin/flx cosim --config $(CONFIG) $(if $(FAST),--fast) $(if $(WAVE),--wave $(B)/$(CONFIG)$(if $(FAST),_fast).fst) $(or $(TRACE),$(if $(WAVE),verif/traces/alexnet_fc8_fprop_000175.npz,$(sort $(wildcard verif/traces/*_000900.npz))))
