# mutants.mk - the RTL broken on purpose: each defect must be noticed by its judge. Twin: verif/mutants/mutants.py
# SPDX-License-Identifier: Apache-2.0
.PHONY: mutants
mutants: $(B)/bin/cosim_random_test $(B)/lib/libflx.a $(VERILATED) ## test: break the RTL on purpose, at least once in each module; every defect must be caught
	@verif/mutants/mutants.py run $(B)/mutants
