# rivals.mk - the rival MACs against MPFR and GMP. Twin: docs/rivals.md
# SPDX-License-Identifier: Apache-2.0
$(eval $(call verilate,rival_bench,rival_bench,verif/rivals/rival_bench.v,,-O1))
$(VBIN)/rivals_test: verif/rivals/rivals_test.cc verif/rivals/oracle.cc $(VERILATED_DIR)/rival_bench/Vrival_bench__ALL.a $(VERILATED)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(VERILATED_CXXFLAGS) -isystem $(VERILATED_DIR)/rival_bench $(filter %.cc %.a %.o,$^) $(GTEST) -lmpfr -lgmp -lpthread -o $@
$(VBIN)/rivals_test: verif/rivals/oracle.h

.PHONY: test-rivals
test-rivals: $(VBIN)/rivals_test ## test: the rival MACs (int8, BF16, FP16, FP32) against MPFR and GMP, and arrays of them
	$(VBIN)/rivals_test --gtest_brief=1
