# baselines.mk - the rival MACs against MPFR and GMP. Twin: docs/baselines.md
BASE_RTL := $(wildcard rtl/base/*.v) $(addprefix rtl/,flx_dot.v flx_dot_fast.v flx_recode.v flx_digit.vh)
$(V)/base_bench/done: verif/baselines/base_bench.v $(BASE_RTL) | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --x-assign fast --x-initial fast --noassert --no-timing -Irtl -Irtl/base --top-module base_bench --prefix Vbase_bench --Mdir $(@D) $<
	+$(MAKE) -s -C $(@D) -f Vbase_bench.mk Vbase_bench__ALL.a OPT_FAST=-O1 OPT_SLOW=-O0 >$(@D)/log
	@touch $@
$(B)/bin/baselines_test: verif/baselines/baselines_test.cc verif/baselines/oracle.cc verif/baselines/oracle.h $(V)/base_bench/done $(V)/verilated.o $(V)/verilated_threads.o
	@mkdir -p $(@D)
	$(CXX) $(COSIM_CXXFLAGS) -isystem $(V)/base_bench verif/baselines/baselines_test.cc verif/baselines/oracle.cc $(V)/base_bench/Vbase_bench__ALL.a \
		$(V)/verilated.o $(V)/verilated_threads.o $(GTEST) -lmpfr -lgmp -lpthread -o $@

.PHONY: test-baselines
test-baselines: $(B)/bin/baselines_test ## the rival MACs (int8, BF16, FP16, FP32) against MPFR and GMP, and arrays of them
	$(B)/bin/baselines_test --gtest_brief=1
	verif/baselines/cost_cli_test.sh $(COST_FROM)
