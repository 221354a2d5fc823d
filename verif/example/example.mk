# example.mk - the instantiation example in Icarus and Verilator, and the lists by which others build the core. Twin: docs/integrate.md
# SPDX-License-Identifier: Apache-2.0
.PHONY: example test-example
example: | $(DEPS) ## simulate: the instantiation example and its testbench, in Icarus and in Verilator
	@verif/example/example.sh $(B)/example
test-example: | $(DEPS) ## test: the same; file list, FuseSoC description and constants are complete; a host that is broken fails
	@verif/example/example.sh $(B)/example >$(B)/example.txt || { cat $(B)/example.txt; exit 1; }
	@verif/example/kit_test.py $(B)/example_kit
