# synth.mk - synthesis, proof, gate-level replay, area. Twin: docs/synth.md
# The cell library: Debian's by default.
OSU018 := /usr/share/qflow/tech/osu018/osu018_stdcells.lib
LIB ?= $(OSU018)
CONFIG ?= mac256
SYNTH_LIB := $(basename $(notdir $(LIB)))
SYNTH_OUT := $(B)/synth/$(SYNTH_LIB)
SYNTH_TRACES ?= verif/traces/resnet_fc_update_000108.npz verif/traces/resnet_s1b1conv2_update_000900.npz verif/traces/alexnet_conv5_fprop_000900.npz

# The configuration whose netlist replays them; CONFIG itself if there is time to compile it.
SYNTH_REPLAY ?= tiny

.PHONY: synth synth-netlist synth-lanes synth-docs test-synth
synth: $(SYNTH_OUT)/$(SYNTH_REPLAY)/flx-gate ## LIB=.. CONFIG=mac256: netlist, proof, replay of traces, then area and timing
	@synth/synth.sh $(LIB) $(CONFIG) --replay $< $(SYNTH_REPLAY) $(SYNTH_TRACES)
synth-netlist: $(SYNTH_OUT)/$(CONFIG)/core.v ## LIB=.. CONFIG=..: the mapped netlist alone, as .v and .json
synth-lanes: $(B)/gen/configs.mk ## LIB=..: the array's area over the lanes of a PE and the accumulator's width
	@synth/lanes.sh $(LIB)
synth-docs: ## docs/gen/area.md from the reports in build/report
	python3 synth/report.py --markdown $(wildcard $(B)/report/synth_*.json) >docs/gen/area.md
test-synth: $(B)/gen/configs.mk | $(DEPS) ## area budgets of the blocks, proof of their netlists, a wrong cell that must be found
	@synth/test.sh $(LIB)

$(SYNTH_OUT)/%/core.v: $(RTL_SRC) $(B)/gen/configs.mk $(wildcard synth/*.sh synth/*.py synth/*.v) | $(DEPS)
	synth/core.sh $(LIB) $* $(@D)

# `flx` with the netlist in the RTL's place: the same bench, models and traces.
GATE_FLAGS := --cc --top-module flx_core -O3 --x-assign fast --x-initial fast --noassert -Wno-fatal -Wno-lint --no-timing --output-split 20000
$(SYNTH_OUT)/%/sim.v: $(SYNTH_OUT)/%/core.v synth/simulate.py
	python3 synth/simulate.py $(SYNTH_OUT)/lib/library.json $(@D)/core.json $@
$(SYNTH_OUT)/%/flx-gate: $(SYNTH_OUT)/%/sim.v $(COSIM_OBJ) $(FLX_OBJ) $(VERILATOR_RUNTIME) $(B)/lib/libflx.a
	$(VERILATOR) $(GATE_FLAGS) --prefix V$*_gate --Mdir $(@D)/gate $< rtl/flx_ram.v
	+$(MAKE) -s -C $(@D)/gate -f V$*_gate.mk V$*_gate__ALL.a OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0 >$(@D)/gate/log
	$(CXX) $(COSIM_CXXFLAGS) -isystem $(@D)/gate -DFLX_CLASS=V$*_gate -DFLX_CLASS_H='"V$*_gate.h"' -DFLX_CONFIG_NAME='"$*"' \
		-DFLX_FAST=0 -DFLX_TRACED=0 -c verif/cosim/rtl_instance.cc -o $(@D)/gate/instance.o
	$(CXX) $(FLX_OBJ) $(COSIM_OBJ) $(@D)/gate/instance.o $(@D)/gate/V$*_gate__ALL.a $(VERILATOR_RUNTIME) $(B)/lib/libflx.a $(LIBS) -o $@
