# synth.mk - synthesis, proof, gate-level replay, area. Twin: docs/synth.md
# SPDX-License-Identifier: Apache-2.0
# Targets that measure leave a report in build/report; `make keep FROM=..` puts one into docs/data (docs/data/data.mk), `make gen` renders it.
# The cell library: Debian's by default.
OSU018 := /usr/share/qflow/tech/osu018/osu018_stdcells.lib
LIB ?= $(OSU018)
SYNTH_LIB := $(basename $(notdir $(LIB)))
SYNTH_OUT := $(B)/synth/$(SYNTH_LIB)
# Input slew in ns at which tables are read: 0.05 at 45 nm, 0.1 in the slower libraries.
SLEW ?= $(if $(findstring nangate45,$(SYNTH_LIB)),0.05,0.1)
# What the netlist replays, cut to 16 x 16 x 64: 64 of the shipped traces, side by side.
SYNTH_TRACES ?= $(wordlist 1,64,$(sort $(wildcard verif/traces/*.npz)))

.PHONY: synth synth-netlist synth-lanes test-synth
synth: $(B)/bin/flx-netsim $(B)/gen/configs.mk ## synthesise: LIB=.. CONFIG=mac256: netlist, proof, replay of traces, then area, timing and power; PERIOD=ns or SDC=FILE: mapped for that clock; RECIPE=energy: trees in the order of least energy
	@PERIOD='$(PERIOD)' SDC='$(SDC)' RECIPE='$(RECIPE)' SLEW=$(SLEW) synth/flow/synth.sh $(LIB) $(CONFIG) $< $(SYNTH_TRACES)
synth-netlist: $(B)/gen/configs.mk | $(DEPS) ## synthesise: LIB=.. CONFIG=..: the mapped netlist alone, as .v and .json; PERIOD or SDC as for synth
	@PERIOD='$(PERIOD)' SDC='$(SDC)' synth/flow/core_kept.sh $(LIB) $(CONFIG)
synth-lanes: $(B)/bin/flx-netsim $(B)/gen/configs.mk ## synthesise: LIB=..: area, path and energy with operand reads over the lanes of a PE and the accumulator's width
	@PERIOD= SDC= RECIPE= synth/flow/synth.sh $(LIB) mac256 $< $(SYNTH_TRACES) >$(B)/synth_mac256.txt
	@SLEW=$(SLEW) synth/study/lanes.py $(LIB) $< $(SYNTH_OUT)/mac256 $(B)/report/lanes_$(SYNTH_LIB).json $(sort $(wildcard verif/traces/*.npz))
	@echo "report: $(B)/report/lanes_$(SYNTH_LIB).json"
test-synth: $(B)/bin/flx-netsim $(B)/gen/configs.mk ## test: netlist of the smallest core: proof, replay, area budgets, a wrong cell that must be found
	@verif/synth/tools_test.sh $(LIB)
	@verif/synth/synth_test.sh $(LIB) $< $(SYNTH_TRACES)
	@verif/synth/clock_test.sh $(LIB) $< $(SYNTH_TRACES)
