# golden.mk - the golden model against its oracle, the fast multiply against the reference and against sgemm. Twin: verif/golden/oracle.h
# SPDX-License-Identifier: Apache-2.0
GOLDEN_TESTS := oracle_test gemm_test depth_test add_test autoflex_test gemm_tile_test gemm_run_test gemm_norm_test gemm_conv_test conformance_test
GOLDEN_CXXFLAGS := $(CXXFLAGS) -Icmodel/include -Icmodel
$(B)/obj/verif/golden/%.o: verif/golden/%.cc $(wildcard verif/golden/*.h cmodel/include/flx/*.h cmodel/*/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(GOLDEN_CXXFLAGS) -c $< -o $@
$(GOLDEN_TESTS:%=$(B)/bin/golden_%): $(B)/bin/golden_%: $(B)/obj/verif/golden/%.o $(B)/obj/verif/golden/oracle.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) -lgmpxx -lgmp $(LIBS) -o $@
$(B)/bin/flx-gemm-bench: $(B)/obj/verif/golden/gemm_bench.o $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(LIBS) -o $@

# The definition stands alone: its objects need none of the others', and it includes no header of theirs.
$(B)/golden_alone: $(patsubst %.c,$(B)/obj/%.o,$(wildcard cmodel/golden/*.c)) $(wildcard cmodel/golden/*.[ch])
	@mkdir -p $(@D)
	$(call say,LD,$@)$(LD) -r $(filter %.o,$^) -o $@.o
	@needs=$$(nm -u $@.o | grep -E ' U flx_' || true); [[ -z $$needs ]] || { echo "cmodel/golden needs other rooms:"; echo "$$needs"; exit 1; }
	@if grep -nE '#include "(fast|cycle|trace|play|interface)/' cmodel/golden/*.[ch]; then echo "cmodel/golden includes other rooms"; exit 1; fi
	@nm $@.o | grep -q ' T flx_gemm_reference' && touch $@

# Every file with AVX-512 once more, in portable C: the same tests of the multiply run its kernels on any x86-64 machine.
SIMDE_FLAGS := -Iverif/golden/simde -fwrapv -Wno-psabi
SIMDE_OBJ := $(patsubst %.c,$(B)/obj/simde/%.o,$(shell grep -l _mm512 cmodel/*/*.c))
SIMDE_TESTS := gemm_test depth_test gemm_tile_test gemm_run_test gemm_norm_test gemm_conv_test
$(B)/obj/simde/%.o: %.c verif/golden/simde/immintrin.h | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(SIMDE_FLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -c $< -o $@
$(B)/obj/verif/golden/simde_test.o: verif/golden/simde/immintrin.h
$(B)/obj/verif/golden/simde_test.o: GOLDEN_CXXFLAGS += $(SIMDE_FLAGS)
$(B)/bin/golden_simde_test: $(addprefix $(B)/obj/verif/golden/,simde_test.o $(SIMDE_TESTS:%=%.o) oracle.o) $(SIMDE_OBJ) $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $^ $(GTEST) -lgmpxx -lgmp $(LIBS) -o $@

.PHONY: test-golden nightly-golden bench-gemm
test-golden: $(B)/golden_alone $(GOLDEN_TESTS:%=$(B)/bin/golden_%) $(B)/bin/golden_simde_test ## test: golden model against exact rationals, FLX_CASES per function (1,000,000), a third for AVX-512 in portable C
	@for test in $(filter $(B)/bin/%,$^); do \
		cases=$${FLX_CASES:-1000000}; [[ $$test != *simde* ]] || cases=$$((cases / 3)); \
		echo "$$test (FLX_CASES=$$cases FLX_SEED=$${FLX_SEED:-1})"; FLX_CASES=$$cases $$test --gtest_brief=1 || exit 1; done
nightly-golden: ## nightly: the same with 100,000,000 cases per function
	FLX_CASES=100000000 FLX_SEED=$${FLX_SEED:-2} $(MAKE) test-golden
bench-gemm: $(B)/bin/flx-gemm-bench ## simulate: the fast multiply over OpenBLAS sgemm on the faster of its cores, one thread; also build/gemm_bench.json
	$<
	$< --kernel avx2
	@$< --json >$(B)/gemm_bench.json && echo "the same again as JSON: $(B)/gemm_bench.json"
