# fourstate.mk - the core in Icarus, where what hardware does not know is X. Twin: verif/fourstate/fourstate_tb.v
# SPDX-License-Identifier: Apache-2.0
# Configuration and how many random programs it plays: Icarus does some thousand cycles a second. open: a core as it must not be.
FOURSTATE := tiny:16 flex12:8 flex10:12 flex9:4 mac256:3 tiny:12:open
fourstate-word = $(word $(2),$(subst :, ,$(1)))
$(B)/obj/verif/fourstate/dump.o: $(B)/obj/%.o: %.cc | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(CXXFLAGS) -Icmodel/include -Icmodel -Iverif/cosim -MMD -MP -c $< -o $@
$(B)/bin/fourstate_dump: $(addprefix $(B)/obj/verif/,fourstate/dump.o cosim/programs.o) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(LIBS) -o $@

.PHONY: test-fourstate
test-fourstate: $(B)/bin/fourstate_dump ## test: the core in four-state simulation: late operands, memories never written, random stalls: no X, every output right
	@$(foreach p,$(FOURSTATE),verif/fourstate/fourstate.sh $< $(B)/fourstate $(call fourstate-word,$(p),1) $(call fourstate-word,$(p),2) \
		"$(CONFIG_$(call fourstate-word,$(p),1):-G%=-Pfourstate_tb.%)" $(call fourstate-word,$(p),3) &&) true
