# cosim.mk - RTL against golden and cycle model on random programs. Twin: sim/rtl/rtl.mk
# SPDX-License-Identifier: Apache-2.0
# The builds that the programs judge.
COSIM_BUILDS := tiny flex8 flex9 flex10 flex12 mac256 mac256_fast mac256d_fast mac256p_fast mac1024_fast
COSIM_NIGHTLY := $(COSIM_BUILDS) mac1024 mac4096_fast

COSIM_TEST_OBJ := $(addprefix $(B)/obj/verif/cosim/,random_test.o model_test.o programs.o)
$(COSIM_TEST_OBJ): $(B)/obj/%.o: %.cc | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(SIM_CXXFLAGS) -MMD -MP -c $< -o $@
$(B)/bin/cosim_random_test: $(addprefix $(B)/obj/verif/cosim/,random_test.o programs.o) $(SIM_OBJ) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) $(LIBS) $(SIM_LIBS) -o $@
$(B)/bin/cosim_model_test: $(addprefix $(B)/obj/verif/cosim/,model_test.o programs.o) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) $(LIBS) -o $@

.PHONY: test-cosim nightly-cosim
test-cosim: $(B)/bin/cosim_model_test $(B)/bin/cosim_random_test $(COSIM_BUILDS:%=$(RTL_SO)/%.so) ## test: cycle model against the contract; RTL against golden and cycle model
	$(B)/bin/cosim_model_test --gtest_brief=1
	$(B)/bin/cosim_random_test $(COSIM_BUILDS) --gtest_brief=1
nightly-cosim: $(B)/bin/cosim_random_test $(COSIM_NIGHTLY:%=$(RTL_SO)/%.so) ## nightly: the same with 2,000 random programs, other seeds, and the large grids too
	FLX_COSIM_CASES=2000 FLX_COSIM_SEED=1000000 $(B)/bin/cosim_random_test $(COSIM_NIGHTLY) --gtest_brief=1
