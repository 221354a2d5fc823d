# netsim.mk - flx-netsim and the energy figures. Twin: docs/energy.md
NETSIM_SRC := $(wildcard synth/netsim/*.c)
NETSIM_OBJ := $(NETSIM_SRC:%.c=$(B)/obj/%.o)
$(NETSIM_OBJ): CPPFLAGS += -Isynth/netsim -Isw
$(B)/bin/flx-netsim: $(NETSIM_OBJ) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CC) $^ $(LIBS) -o $@

# LIB: a Liberty file; the default is Debian's. CORE_LANES=0 in the environment leaves the whole core out (minutes of mapping).
ENERGY_NAME = $(basename $(notdir $(LIB)))
# Input slew in ns at which tables are read: 0.05 at 45 nm, 0.1 in the slower libraries.
SLEW ?= $(if $(findstring nangate45,$(ENERGY_NAME)),0.05,0.1)
.PHONY: energy
energy: $(B)/bin/flx-netsim $(B)/gen/configs.mk ## energy per MAC on the shipped traces, of netlists that equal the golden model: LIB=FILE (Debian's osu018), SLEW=NS
	SLEW=$(SLEW) synth/study/energy.sh $< $(LIB) $(B)/energy/$(ENERGY_NAME) $(sort $(wildcard verif/traces/*.npz))
	synth/study/energy.py $(B)/energy/$(ENERGY_NAME) $(B)/energy/$(ENERGY_NAME)/energy.json docs/gen/energy_$(ENERGY_NAME).md
	@echo "written: docs/gen/energy_$(ENERGY_NAME).md, $(B)/energy/$(ENERGY_NAME)/energy.json"
.PHONY: energy-rivals
energy-rivals: $(B)/bin/flx-netsim ## flex16 beside int8, BF16, FP16, FP32 on the same traces: LIB=FILE, SLEW=NS
	SLEW=$(SLEW) synth/study/rivals_energy.sh $< $(LIB) $(B)/energy/$(ENERGY_NAME)/rivals $(sort $(wildcard verif/traces/*_000900.npz))
	synth/study/rivals_energy.py $(B)/energy/$(ENERGY_NAME)/rivals docs/gen/energy_rivals_$(ENERGY_NAME).md
	@echo "written: docs/gen/energy_rivals_$(ENERGY_NAME).md"
