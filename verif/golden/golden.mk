# golden.mk - the golden model against its oracle. Twin: verif/golden/oracle.h
GOLDEN_TESTS := oracle_test autoflex_test conformance_test
GOLDEN_CXXFLAGS := $(CXXFLAGS) -Icmodel
$(B)/obj/verif/golden/%.o: verif/golden/%.cc verif/golden/oracle.h $(wildcard cmodel/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(CXX) $(GOLDEN_CXXFLAGS) -c $< -o $@
$(GOLDEN_TESTS:%=$(B)/bin/golden_%): $(B)/bin/golden_%: $(B)/obj/verif/golden/%.o $(B)/obj/verif/golden/oracle.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CXX) $^ $(GTEST) -lgmpxx -lgmp $(LIBS) -o $@

.PHONY: test-golden nightly-golden
test-golden: $(GOLDEN_TESTS:%=$(B)/bin/golden_%) ## golden model against exact rationals, FLX_CASES per function (1,000,000)
	@for test in $^; do $$test --gtest_brief=1 || exit 1; done
nightly-golden: ## the same with 100,000,000 cases per function
	FLX_CASES=100000000 FLX_SEED=2 $(MAKE) test-golden
