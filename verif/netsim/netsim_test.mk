# netsim.mk - tests of flx-netsim: library reader, functions, toggles and glitches by hand, equality before figures. Twin: synth/netsim/
# SPDX-License-Identifier: Apache-2.0
NETSIM_TEST_OBJ := $(filter-out %/flx_netsim.o,$(NETSIM_OBJ))
NETSIM_CXXFLAGS := $(CXXFLAGS) -Icmodel/include -Icmodel -Isynth/netsim -Isw
$(B)/bin/netsim_test: $(wildcard verif/netsim/*.cc verif/netsim/*.h synth/netsim/*.h) $(NETSIM_TEST_OBJ) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(NETSIM_CXXFLAGS) $(filter-out %.h,$^) $(GTEST) $(LIBS) -o $@
.PHONY: test-netsim
test-netsim: $(B)/bin/netsim_test $(B)/bin/flx-netsim ## test: energy simulator: libraries, functions, toggles, glitches, joules by hand; a wrong netlist gives no figure
	$(B)/bin/netsim_test --gtest_brief=1
	verif/netsim/liberty_test.py $(B)/bin/flx-netsim
	verif/netsim/netsim_cli_test.sh $(B)/bin/flx-netsim $(OSU018) verif/traces/resnet_s3b1conv2_update_000900.npz

# Once more under AddressSanitizer and UndefinedBehaviorSanitizer, with the others.
SAN_TESTS += $(SAN)/netsim_test
$(SAN)/synth/netsim/%.o: CPPFLAGS += -Isynth/netsim -Isw
$(SAN)/verif/netsim/%.o: SAN_FLAGS += -Isynth/netsim -Isw
$(SAN)/netsim_test: $(patsubst %.c,$(SAN)/%.o,$(filter-out %/flx_netsim.c,$(NETSIM_SRC))) $(patsubst %.cc,$(SAN)/%.o,$(wildcard verif/netsim/*.cc)) $(SAN_CLI_OBJ) $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CXX) $(SAN_FLAGS) $^ $(GTEST) $(LIBS) -o $@
sanitize: $(SAN)/netsim_test
