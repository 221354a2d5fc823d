# flx.mk - the flx command's messages, tables and waves. Twin: docs/cli.md, docs/cosim.md
# SPDX-License-Identifier: Apache-2.0
$(B)/bin/fst_read: verif/flx/fst_read.cc $(VERILATED) $(VERILATED_FST)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(VERILATED_CXXFLAGS) -MF $(B)/bin/fst_read.d $^ -lz -lpthread -o $@
# A tiny whose RTL is wrong where FLX_BREAK says.
$(B)/broken/rtl/tiny.so: verif/flx/broken_rtl.cc sim/rtl/rtl.h | $(DEPS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(SIM_CXXFLAGS) -fPIC -shared $< -ldl -o $@
$(B)/broken/bin/flx: $(B)/bin/flx
	@mkdir -p $(@D)
	cp $< $@
$(B)/bin/text_test: verif/flx/text_test.cc $(B)/lib/libflx.a | $(DEPS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(CXXFLAGS) -Icmodel $^ $(GTEST) -o $@
.PHONY: test-flx
test-flx: $(addprefix $(B)/,bin/flx bin/fst_read bin/text_test broken/bin/flx broken/rtl/tiny.so) $(addprefix $(RTL_SO)/,tiny.so tiny_fst.so tiny_fast.so tiny_fast_fst.so mac256_fst.so flex12_fst.so) ## test: names, paths, numbers and commands that flx prints; the time in a message is that in the wave
	$(B)/bin/text_test --gtest_brief=1
	verif/flx/flx_test.sh $(B)/bin/flx
