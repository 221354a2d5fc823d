# oracle.mk - what the exponent table means, against an oracle written from the documents alone. Twin: verif/oracle/table_oracle.h
# SPDX-License-Identifier: Apache-2.0
ORACLE_OBJ := $(addprefix $(B)/obj/verif/oracle/,table_oracle.o sequence.o table_test.o)
$(ORACLE_OBJ): $(B)/obj/%.o: %.cc | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(SIM_CXXFLAGS) -Iverif/golden -Iverif/cosim -MMD -MP -c $< -o $@
ORACLE_LINK := $(ORACLE_OBJ) $(addprefix $(B)/obj/verif/,golden/oracle.o cosim/programs.o) $(SIM_OBJ) $(B)/lib/libflx.a
$(B)/bin/table_test: $(ORACLE_LINK)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) -lgmpxx -lgmp $(LIBS) $(SIM_LIBS) -o $@

.PHONY: test-oracle nightly-oracle
test-oracle: $(B)/bin/table_test $(RTL_SO)/tiny.so ## test: sequences of writes, dry runs, refusals, faults and reads: mantissas mean what they meant; 100,000 on the models, 2,000 on the RTL
	$< tiny --gtest_brief=1
	@verif/oracle/broken.py $(B)/oracle $(ORACLE_LINK) $(GTEST) -lgmpxx -lgmp $(LIBS) $(SIM_LIBS)
nightly-oracle: $(B)/bin/table_test $(RTL_SO)/tiny.so ## nightly: the same with 2,000,000 and 40,000 other sequences
	FLX_CASES=2000000 FLX_RTL_CASES=40000 FLX_SEED=1000000 $< tiny --gtest_brief=1
