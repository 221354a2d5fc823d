# autoflex.mk - exponent unit, Autoflex and SECDED against the golden model, in lock-step. Twin: verif/autoflex/exp_model.h
# SPDX-License-Identifier: Apache-2.0
EXP_BUILDS := exp16 exp12 exp8
EXP_PARAMETERS_exp16 := -GMANT_BITS=16 -GEXP_BITS=5 -GTENSORS=64
EXP_PARAMETERS_exp12 := -GMANT_BITS=12 -GEXP_BITS=8 -GTENSORS=16
EXP_PARAMETERS_exp8 := -GMANT_BITS=8 -GEXP_BITS=4 -GTENSORS=16
$(foreach b,$(EXP_BUILDS),$(eval $(call verilate,$(b),flx_exp_unit,$(RTL_ROOT)/exp/flx_exp_unit.v,$(EXP_PARAMETERS_$(b)),-O3)))
$(eval $(call verilate,secded_pair,secded_pair,verif/autoflex/secded_pair.v,,-O2))

EXP_VERILATED := $(foreach b,$(EXP_BUILDS) secded_pair,$(VERILATED_DIR)/$(b)/V$(b)__ALL.a)
EXP_OBJ := $(VERILATED_DIR)/exp_unit_test.o $(VERILATED_DIR)/secded_test.o
$(EXP_OBJ): $(VERILATED_DIR)/%.o: verif/autoflex/%.cc $(EXP_VERILATED)
	$(call say,CXX,$<)$(CXX) $(VERILATED_CXXFLAGS) -Iverif/autoflex $(EXP_BUILDS:%=-isystem $(VERILATED_DIR)/%) -isystem $(VERILATED_DIR)/secded_pair -c $< -o $@
-include $(EXP_OBJ:.o=.d)
$(VBIN)/autoflex_rtl_test: $(EXP_OBJ) $(EXP_VERILATED) $(VERILATED) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) $(LIBS) -o $@

.PHONY: test-autoflex nightly-autoflex
test-autoflex: $(VBIN)/autoflex_rtl_test ## test: exponent unit in RTL = golden model, cycle by cycle; every single and double bit error
	FLX_CASES=$${FLX_CASES:-100000} $< --gtest_brief=1
nightly-autoflex: ## nightly: the same with 1,000,000 predictions per format
	FLX_CASES=1000000 $(MAKE) test-autoflex
