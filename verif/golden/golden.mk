# golden.mk - the golden model against its oracle, the fast multiply against the reference and against sgemm. Twin: verif/golden/oracle.h
GOLDEN_TESTS := oracle_test gemm_test autoflex_test gemm_run_test gemm_norm_test gemm_conv_test conformance_test
GOLDEN_CXXFLAGS := $(CXXFLAGS) -Icmodel
$(B)/obj/verif/golden/%.o: verif/golden/%.cc $(wildcard verif/golden/*.h cmodel/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(CXX) $(GOLDEN_CXXFLAGS) -c $< -o $@
$(GOLDEN_TESTS:%=$(B)/bin/golden_%): $(B)/bin/golden_%: $(B)/obj/verif/golden/%.o $(B)/obj/verif/golden/oracle.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CXX) $^ $(GTEST) -lgmpxx -lgmp $(LIBS) -o $@
$(B)/bin/flx-gemm-bench: $(B)/obj/verif/golden/gemm_bench.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(CXX) $^ -lopenblas $(LIBS) -o $@

.PHONY: test-golden nightly-golden bench-gemm
test-golden: $(GOLDEN_TESTS:%=$(B)/bin/golden_%) ## golden model against exact rationals, FLX_CASES per function (1,000,000)
	@for test in $^; do echo "$$test (FLX_CASES=$${FLX_CASES:-1000000} FLX_SEED=$${FLX_SEED:-1})"; $$test --gtest_brief=1 || exit 1; done
nightly-golden: ## the same with 100,000,000 cases per function
	FLX_CASES=100000000 FLX_SEED=$${FLX_SEED:-2} $(MAKE) test-golden
bench-gemm: $(B)/bin/flx-gemm-bench ## the fast multiply over OpenBLAS sgemm on its fastest core, one thread; also build/gemm_bench.json
	$<
	$< --kernel avx2
	@$< --json >$(B)/gemm_bench.json && echo "the same again as JSON: $(B)/gemm_bench.json"
