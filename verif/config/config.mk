# config.mk - configurations: C and RTL keep the same rules, the generator refuses broken lists. Twin: cmodel/def/flx_rule.def
# SPDX-License-Identifier: Apache-2.0
$(B)/obj/verif/config/%.o: verif/config/%.cc $(wildcard cmodel/include/flx/*.h cmodel/def/*.def) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(CXXFLAGS) -Icmodel/include -Icmodel -c $< -o $@
$(B)/bin/config_rule_test: $(B)/obj/verif/config/rule_test.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) $(LIBS) -o $@

.PHONY: test-config
test-config: $(B)/bin/config_rule_test $(B)/gen/flx_gen ## test: parameters: C and RTL refuse the same ones, all others elaborate; broken lists are refused
	FLX_RTL="$(RTL_INCLUDE) $(RTL_SEARCH)" $< --gtest_brief=1
	verif/config/gen_test.sh $(B)/gen/flx_gen
