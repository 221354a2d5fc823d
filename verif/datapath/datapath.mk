# datapath.mk - the multiplier on every operand pair, the requantiser against the golden model. Twin: docs/datapath.md
$(V)/dot_pair/done: verif/datapath/dot_pair.v rtl/array/flx_digit.vh rtl/array/flx_recode.v rtl/array/flx_dot.v rtl/array/flx_dot_fast.v | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --x-assign fast --noassert --no-timing --top-module dot_pair $(RTL_INCLUDE) $(RTL_SEARCH) --prefix Vdot_pair --Mdir $(@D) $<
	+$(MAKE) -s -C $(@D) -f Vdot_pair.mk Vdot_pair__ALL.a OPT_FAST="-O3 -march=native" OPT_SLOW=-O1 >$(@D)/log
	@touch $@
$(B)/bin/dot_exhaustive: verif/datapath/dot_exhaustive.cc $(V)/dot_pair/done $(V)/verilated.o $(V)/verilated_threads.o
	@mkdir -p $(@D)
	$(CXX) $(COSIM_CXXFLAGS) -isystem $(V)/dot_pair $< $(V)/dot_pair/Vdot_pair__ALL.a $(V)/verilated.o $(V)/verilated_threads.o -lpthread -o $@

# name, MANT_BITS, SUM_BITS, SHIFT_BITS, STOCH_EN of the requantisers under test
REQUANT_BUILDS := rq16 rq16s rq12s rq8s
REQUANT_rq16 := -GMANT_BITS=16 -GSUM_BITS=48 -GSHIFT_BITS=7 -GSTOCH_EN=0
REQUANT_rq16s := -GMANT_BITS=16 -GSUM_BITS=50 -GSHIFT_BITS=7 -GSTOCH_EN=1
REQUANT_rq12s := -GMANT_BITS=12 -GSUM_BITS=42 -GSHIFT_BITS=10 -GSTOCH_EN=1
REQUANT_rq8s := -GMANT_BITS=8 -GSUM_BITS=50 -GSHIFT_BITS=6 -GSTOCH_EN=1
$(REQUANT_BUILDS:%=$(V)/%/done): $(V)/%/done: rtl/core/flx_requant.v rtl/gen/flx_defs.vh | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --x-assign fast --x-initial fast --noassert --no-timing $(RTL_INCLUDE) --top-module flx_requant --prefix V$* --Mdir $(@D) $(REQUANT_$*) $<
	+$(MAKE) -s -C $(@D) -f V$*.mk V$*__ALL.a OPT_FAST=-O3 OPT_SLOW=-O1 >$(@D)/log
	@touch $@
# The dot product with its addend and all lanes, and the chunk rounding.
$(V)/dot_lanes/done: verif/datapath/dot_lanes.v rtl/array/flx_digit.vh rtl/array/flx_recode.v rtl/array/flx_dot.v rtl/array/flx_dot_halves.v rtl/array/flx_dot_fast.v rtl/array/flx_chunk.v | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --x-assign fast --noassert --no-timing --top-module dot_lanes $(RTL_INCLUDE) $(RTL_SEARCH) --prefix Vdot_lanes --Mdir $(@D) $<
	+$(MAKE) -s -C $(@D) -f Vdot_lanes.mk Vdot_lanes__ALL.a OPT_FAST=-O3 OPT_SLOW=-O1 >$(@D)/log
	@touch $@
$(B)/bin/datapath_test: verif/datapath/datapath_test.cc $(REQUANT_BUILDS:%=$(V)/%/done) $(V)/dot_lanes/done $(B)/lib/libflx.a $(V)/verilated.o $(V)/verilated_threads.o
	@mkdir -p $(@D)
	$(CXX) $(COSIM_CXXFLAGS) $(REQUANT_BUILDS:%=-isystem $(V)/%) -isystem $(V)/dot_lanes $< $(foreach b,$(REQUANT_BUILDS),$(V)/$(b)/V$(b)__ALL.a) \
		$(V)/dot_lanes/Vdot_lanes__ALL.a $(V)/verilated.o $(V)/verilated_threads.o $(B)/lib/libflx.a $(GTEST) $(LIBS) -o $@

.PHONY: test-datapath
test-datapath: $(B)/bin/dot_exhaustive $(B)/bin/datapath_test ## digits' rows = * on all 2^32 operand pairs; requantiser, lanes, chunk rounding = golden
	$(B)/bin/datapath_test --gtest_brief=1
	@pids=; for part in 0 1; do $(B)/bin/dot_exhaustive $$part 2 & pids="$$pids $$!"; done; for pid in $$pids; do wait $$pid; done
