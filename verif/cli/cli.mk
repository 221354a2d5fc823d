# cli.mk - tests of what all programs share at their door. Twin: sw/cli/
# SPDX-License-Identifier: Apache-2.0
$(B)/bin/cli_sample: verif/cli/sample.c $(B)/lib/libflx_cli.a $(B)/lib/libflx.a $(wildcard sw/cli/*.h)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -Isw $(CFLAGS) $(filter-out %.h,$^) $(LIBS) -o $@
.PHONY: test-cli
test-cli: $(B)/bin/cli_sample $(RTL_SO)/mac256.so $(B)/bin/flx $(B)/bin/flx-train $(B)/bin/flx-train-gan $(B)/bin/flx-netsim $(B)/gen/flx_gen ## test: options, exit codes, help, progress of every program
	verif/cli/outputs_test.sh $< $(B)/bin/flx verif/traces/resnet_s1b1conv2_fprop_000900.npz $(B)/bin/flx-netsim $(B)/gen/flx_gen
	verif/cli/scripts_test.sh $(B)/bin/flx verif/traces/resnet_s1b1conv2_fprop_000900.npz $(B)/bin/flx-train
	verif/cli/options_test.sh $< $(B)/bin/flx verif/traces/resnet_s1b1conv2_fprop_000900.npz $(B)/bin/flx-train $(B)/bin/flx-train-gan $(B)/bin/flx-netsim $(B)/gen/flx_gen
	verif/cli/set_test.py $(B)/bin/flx 60 $(wildcard verif/traces/*_000028.npz verif/traces/*_0001*.npz verif/traces/resnet_s1b1conv2_*_000900.npz)
