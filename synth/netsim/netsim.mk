# netsim.mk - flx-netsim. Twin: docs/energy.md; what measures with it: synth/study/study.mk
# SPDX-License-Identifier: Apache-2.0
NETSIM_SRC := $(wildcard synth/netsim/*.c)
NETSIM_OBJ := $(NETSIM_SRC:%.c=$(B)/obj/%.o)
$(NETSIM_OBJ): CPPFLAGS += -Isynth/netsim -Isw
$(B)/bin/flx-netsim: $(NETSIM_OBJ) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $^ $(LIBS) -o $@
