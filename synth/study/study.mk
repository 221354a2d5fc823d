# study.mk - the Flexpoint PE beside its rivals: area and clock, energy; energy inside PE and core; cycles of the named configurations. Twins: docs/rivals.md, docs/energy.md
# SPDX-License-Identifier: Apache-2.0
.PHONY: synth-rivals energy energy-rivals configs-report
synth-rivals: | $(DEPS) ## synthesise: LIB=..: the Flexpoint PE beside its rivals, area and clock
	@synth/study/rivals_area.py $(LIB) $(B)/report/rivals_area_$(SYNTH_LIB).json
	@echo "report: $(B)/report/rivals_area_$(SYNTH_LIB).json"
# CORE_LANES=0 in the environment leaves the whole core out (minutes of mapping).
energy: $(B)/bin/flx-netsim $(B)/gen/configs.mk ## synthesise: energy per MAC on the shipped traces, of netlists that equal the golden model: LIB=FILE, SLEW=NS, CONFIG=NAME of the core
	@SLEW=$(SLEW) synth/study/energy.py $< $(LIB) $(CONFIG) $(B)/energy/$(SYNTH_LIB) $(B)/report/energy_$(SYNTH_LIB).json $(sort $(wildcard verif/traces/*.npz))
	@echo "report: $(B)/report/energy_$(SYNTH_LIB).json"
energy-rivals: $(B)/bin/flx-netsim ## synthesise: flex16 beside int8, BF16, FP16, FP32 on the same traces: LIB=FILE, SLEW=NS
	@SLEW=$(SLEW) synth/study/rivals_energy.py $< $(LIB) $(B)/energy/$(SYNTH_LIB)/rivals $(B)/report/rivals_energy_$(SYNTH_LIB).json $(sort $(wildcard verif/traces/*_000900.npz))
	@echo "report: $(B)/report/rivals_energy_$(SYNTH_LIB).json"
configs-report: $(B)/bin/flx ## maintain: cycles and utilisation of the named configurations, as a report
	@synth/study/configs.py $< $(B)/report/configs.json
	@echo "report: $(B)/report/configs.json"
