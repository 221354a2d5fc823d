# verilate.mk - THE recipe by which RTL is Verilated. Twin: rtl/rtl.f
# SPDX-License-Identifier: Apache-2.0
#
# $(call verilate,NAME,TOP,FILE,OPTIONS,OPT): module TOP, which FILE holds or begins with, as class VNAME in $(VERILATED_DIR)/NAME/VNAME__ALL.a; OPTIONS of Verilator (-GLANES=4), OPT of the C++
# compiler (-O3). Other modules are found by their names along rtl.f's folders, so an edit rebuilds only what uses the file, and a build is made again when its options change.
# RTL_ROOT=DIR takes the RTL from a changed copy of rtl/; VERILATED_DIR=DIR puts everything elsewhere.
VERILATED_DIR ?= $(B)/verilated
RTL_ROOT ?= rtl
VERILATOR ?= verilator
VERILATOR_INCLUDE := $(or $(VERILATOR_ROOT),$(shell $(VERILATOR) --getenv VERILATOR_ROOT 2>/dev/null))/include
VERILATOR_FLAGS = --cc -O3 --x-assign fast --x-initial fast --noassert --no-timing -Wno-fatal --MP -CFLAGS "-fPIC -fvisibility=hidden" \
	$(RTL_INCLUDE:-Irtl/%=-I$(RTL_ROOT)/%) $(RTL_SEARCH:rtl/%=$(RTL_ROOT)/%)
# For a program that holds Verilated classes.
VERILATED_CXXFLAGS = -std=c++17 -O2 -g -Wall -Wextra -Werror -fPIC -fvisibility=hidden -Icmodel/include -Icmodel -isystem $(VERILATOR_INCLUDE) -isystem $(VERILATOR_INCLUDE)/vltstd -MMD -MP
VERILATED := $(B)/verilated/runtime/verilated.o $(B)/verilated/runtime/verilated_threads.o
VERILATED_FST := $(B)/verilated/runtime/verilated_fst_c.o
$(VERILATED) $(VERILATED_FST): $(B)/verilated/runtime/%.o: | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) -std=c++17 -O2 -w -fPIC -fvisibility=hidden -I$(VERILATOR_INCLUDE) -I$(VERILATOR_INCLUDE)/vltstd -c $(VERILATOR_INCLUDE)/$*.cpp -o $@

.PHONY: FORCE
FORCE:
unlike = $(subst $(strip $(1)),,$(strip $(2)))$(subst $(strip $(2)),,$(strip $(1)))
define verilate
$(VERILATED_DIR)/$(1)/options: $(if $(call unlike,$(2) $(4) $(5),$(file <$(VERILATED_DIR)/$(1)/options)),FORCE)
	@mkdir -p $$(@D)
	@echo '$(strip $(2) $(4) $(5))' >$$@
$(VERILATED_DIR)/$(1)/V$(1).mk: $(3) $(VERILATED_DIR)/$(1)/options | $(DEPS)
	$$(call say,VERILATE,$(1))$$(VERILATOR) $$(VERILATOR_FLAGS) --top-module $(2) --prefix V$(1) --Mdir $$(@D) $(4) $(3)
$(VERILATED_DIR)/$(1)/V$(1)__ALL.a: $(VERILATED_DIR)/$(1)/V$(1).mk
	+$$(call say,CXX,V$(1)__ALL.a)$$(MAKE) -s -C $$(@D) -f V$(1).mk V$(1)__ALL.a OPT_FAST="$(5)" OPT_SLOW=-O0 OPT_GLOBAL=-O2 >$$(@D)/log
-include $(VERILATED_DIR)/$(1)/V$(1)__ver.d
endef
