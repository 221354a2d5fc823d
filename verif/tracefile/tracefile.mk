# trace.mk - trace files and the flx command. Twin: docs/trace.md, docs/cli.md
# SPDX-License-Identifier: Apache-2.0
$(B)/bin/trace_test: verif/tracefile/trace_test.cc $(B)/lib/libflx.a $(wildcard cmodel/include/flx/*.h cmodel/*/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(CXXFLAGS) -Icmodel/include -Icmodel $(filter-out %.h,$^) $(GTEST) $(LIBS) -o $@
.PHONY: test-tracefile fuzz
test-tracefile: $(B)/bin/trace_test $(B)/bin/flx $(addprefix $(RTL_SO)/,mac256.so mac256_fst.so flex8.so) ## test: trace reader and writer; exit codes, messages and JSON of flx
	$(B)/bin/trace_test --gtest_brief=1
	verif/tracefile/cli_test.sh $(B)/bin/flx verif/traces/resnet_s1b1conv2_fprop_000900.npz
fuzz: $(SAN)/trace_fuzz ## nightly: the trace reader on damaged files for FUZZ_SECONDS (600), under ASan and UBSan
	$< --seconds $(or $(FUZZ_SECONDS),600) --seed $(or $(FUZZ_SEED),2) verif/tracefile/corpus
