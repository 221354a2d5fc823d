# fourstate.mk - the core in Icarus, where what hardware does not know is X. Twin: verif/fourstate/fourstate_tb.v
# Configuration and how many random programs it plays: the large grid simulates slowly.
FOURSTATE := tiny:60 flex12:40 flex10:40 mac256:10
$(B)/obj/verif/fourstate/dump.o: $(B)/obj/%.o: %.cc | $(DEPS)
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) -Icmodel/include -Icmodel -Iverif/cosim -MMD -MP -c $< -o $@
$(B)/bin/fourstate_dump: $(addprefix $(B)/obj/verif/,fourstate/dump.o cosim/programs.o) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CXX) $^ $(LIBS) -o $@

.PHONY: test-fourstate
test-fourstate: $(B)/bin/fourstate_dump ## the core in four-state simulation: late operands, memories never written, random stalls: no X, every output right
	@$(foreach p,$(FOURSTATE),verif/fourstate/fourstate.sh $< $(B)/fourstate $(subst :, ,$(p)) "$(CONFIG_$(firstword $(subst :, ,$(p))):-G%=-Pfourstate_tb.%)" &&) true
