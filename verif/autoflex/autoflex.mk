# autoflex.mk - exponent unit, Autoflex and SECDED against the golden model, in lock-step. Twin: verif/autoflex/exp_model.h
EXP_RTL := $(filter rtl/exp/% rtl/lib/%,$(RTL_CORE))
EXP_BUILDS := exp16 exp12 exp8
EXP_PARAMETERS_exp16 := -GMANT_BITS=16 -GEXP_BITS=5 -GTENSORS=64
EXP_PARAMETERS_exp12 := -GMANT_BITS=12 -GEXP_BITS=8 -GTENSORS=16
EXP_PARAMETERS_exp8 := -GMANT_BITS=8 -GEXP_BITS=4 -GTENSORS=16
EXP_CXXFLAGS := $(COSIM_CXXFLAGS) -Iverif/autoflex $(EXP_BUILDS:%=-isystem $(V)/%) -isystem $(V)/secded_pair

$(EXP_BUILDS:%=$(V)/%/done): $(V)/%/done: $(EXP_RTL) rtl/gen/flx_defs.vh | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --x-assign fast --x-initial fast --noassert --no-timing $(RTL_INCLUDE) --top-module flx_exp_unit --prefix V$* --Mdir $(@D) \
		$(EXP_PARAMETERS_$*) $(EXP_RTL)
	+$(MAKE) -s -C $(@D) -f V$*.mk V$*__ALL.a OPT_FAST=-O3 OPT_SLOW=-O0 OPT_GLOBAL=-O2 >$(@D)/log
	@touch $@
$(V)/secded_pair/done: verif/autoflex/secded_pair.v $(EXP_RTL) | $(DEPS)
	@mkdir -p $(@D)
	$(VERILATOR) --cc -O3 --no-timing --top-module secded_pair --prefix Vsecded_pair --Mdir $(@D) $< rtl/lib/flx_secded_enc.v rtl/lib/flx_secded_dec.v
	+$(MAKE) -s -C $(@D) -f Vsecded_pair.mk Vsecded_pair__ALL.a OPT_FAST=-O2 >$(@D)/log
	@touch $@
EXP_OBJ := $(addprefix $(B)/obj/verif/autoflex/,exp_unit_test.o secded_test.o)
$(EXP_OBJ): $(B)/obj/verif/autoflex/%.o: verif/autoflex/%.cc $(wildcard verif/autoflex/*.h cmodel/include/flx/*.h cmodel/*/*.h) $(EXP_BUILDS:%=$(V)/%/done) $(V)/secded_pair/done
	@mkdir -p $(@D)
	$(CXX) $(EXP_CXXFLAGS) -c $< -o $@
$(B)/bin/autoflex_rtl_test: $(EXP_OBJ) $(B)/lib/libflx.a $(V)/verilated.o $(V)/verilated_threads.o
	@mkdir -p $(@D)
	$(CXX) $(EXP_OBJ) $(foreach b,$(EXP_BUILDS),$(V)/$(b)/V$(b)__ALL.a) $(V)/secded_pair/Vsecded_pair__ALL.a $(V)/verilated.o $(V)/verilated_threads.o \
		$(B)/lib/libflx.a $(GTEST) $(LIBS) -o $@

.PHONY: test-autoflex nightly-autoflex
test-autoflex: $(B)/bin/autoflex_rtl_test ## exponent unit in RTL = golden model, cycle by cycle; every single and double bit error
	FLX_CASES=$${FLX_CASES:-100000} $< --gtest_brief=1
nightly-autoflex: ## the same with 1,000,000 predictions per format
	FLX_CASES=1000000 $(MAKE) test-autoflex
