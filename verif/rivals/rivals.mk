# rivals.mk - the rival MACs against MPFR and GMP. Twin: docs/rivals.md
RIVAL_RTL := $(RTL_RIVALS) $(filter rtl/array/%,$(RTL_CORE)) rtl/array/flx_digit.vh
$(V)/rival_bench/done: verif/rivals/rival_bench.v $(RIVAL_RTL) | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --x-assign fast --x-initial fast --noassert --no-timing $(RTL_INCLUDE) $(RTL_SEARCH) --top-module rival_bench --prefix Vrival_bench --Mdir $(@D) $<
	+$(MAKE) -s -C $(@D) -f Vrival_bench.mk Vrival_bench__ALL.a OPT_FAST=-O1 OPT_SLOW=-O0 >$(@D)/log
	@touch $@
$(B)/bin/rivals_test: verif/rivals/rivals_test.cc verif/rivals/oracle.cc verif/rivals/oracle.h $(V)/rival_bench/done $(V)/verilated.o $(V)/verilated_threads.o
	@mkdir -p $(@D)
	$(CXX) $(COSIM_CXXFLAGS) -isystem $(V)/rival_bench verif/rivals/rivals_test.cc verif/rivals/oracle.cc $(V)/rival_bench/Vrival_bench__ALL.a \
		$(V)/verilated.o $(V)/verilated_threads.o $(GTEST) -lmpfr -lgmp -lpthread -o $@

.PHONY: test-rivals
test-rivals: $(B)/bin/rivals_test ## the rival MACs (int8, BF16, FP16, FP32) against MPFR and GMP, and arrays of them
	$(B)/bin/rivals_test --gtest_brief=1
