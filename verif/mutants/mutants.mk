# mutants.mk - the RTL broken on purpose: each defect must be noticed. Twin: verif/mutants/mutants.txt
# run.sh builds a mutant by the same rules as the tests, with RTL_ROOT, V, RTL_SO and VBIN set: make RTL_ROOT=DIR/rtl V=DIR/v RTL_SO=DIR DIR/tiny.so
.PHONY: mutants
mutants: $(B)/bin/cosim_random_test $(VERILATED) ## break the RTL on purpose; every defect must be caught
	@verif/mutants/run.sh $(B)/mutants
