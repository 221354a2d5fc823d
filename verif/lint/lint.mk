# lint.mk - no warning from any tool, no undefined behaviour in C. Twin: verif/lint/lint.py
# SPDX-License-Identifier: Apache-2.0
.PHONY: lint sanitize
lint: $(B)/gen/configs.mk | $(DEPS) ## test: rules about files, then Verilator -Wall, Icarus -Wall and Yosys on every configuration, module and bench
	@verif/lint/text.py
	@verif/lint/lint.py $<

# The C tests once more under AddressSanitizer and UndefinedBehaviorSanitizer.
SAN := $(B)/sanitize
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -g -O1
SAN_LIB_OBJ := $(LIB_SRC:%.c=$(SAN)/%.o)
SAN_CLI_OBJ := $(patsubst %.c,$(SAN)/%.o,$(wildcard sw/cli/*.c))
$(SAN)/%.o: %.c $(wildcard cmodel/include/flx/*.h cmodel/*/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) -Isw -Isw/trainer -std=c11 $(WARN) $(SAN_FLAGS) -c $< -o $@
$(SAN)/%.o: %.cc $(wildcard cmodel/include/flx/*.h cmodel/*/*.h verif/*/*.h) | $(DEPS)
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) -std=c++17 -Wall -Wextra -Werror -Icmodel/include -Icmodel $(SAN_FLAGS) -c $< -o $@
SAN_GOLDEN := $(addprefix $(SAN)/,oracle_test add_test gemm_test gemm_run_test autoflex_test)
SAN_TESTS := $(SAN_GOLDEN) $(addprefix $(SAN)/,model_test trace_test)
$(SAN_GOLDEN): $(SAN)/%: $(SAN)/verif/golden/%.o $(SAN)/verif/golden/oracle.o $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CXX) $(SAN_FLAGS) $^ $(GTEST) -lgmpxx -lgmp $(LIBS) -o $@
$(SAN)/model_test: $(SAN)/verif/cosim/model_test.o $(SAN)/verif/cosim/programs.o $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CXX) $(SAN_FLAGS) $^ $(GTEST) $(LIBS) -o $@
$(SAN)/trace_test: $(SAN)/verif/tracefile/trace_test.o $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CXX) $(SAN_FLAGS) $^ $(GTEST) $(LIBS) -o $@
$(SAN)/trace_fuzz: $(SAN)/verif/tracefile/trace_fuzz.o $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CXX) $(SAN_FLAGS) $^ $(LIBS) -o $@
$(SAN)/flx-train: $(SAN)/sw/trainer/run/flx_train.o
$(SAN)/flx-train-gan: $(SAN)/sw/trainer/run/flx_train_gan.o
$(SAN)/flx-train $(SAN)/flx-train-gan: $(patsubst %.c,$(SAN)/%.o,$(wildcard sw/trainer/*/trn_*.c)) $(SAN_CLI_OBJ) $(SAN_LIB_OBJ)
	$(call say,LINK,$@)$(CC) $(SAN_FLAGS) $^ $(LIBS) -lopenblas -ldnnl -lgomp -o $@
sanitize: $(SAN_TESTS) $(SAN)/trace_fuzz $(SAN)/flx-train $(SAN)/flx-train-gan ## test: the C tests under ASan and UBSan, 20 s of fuzzing
	@for test in $(SAN_TESTS); do FLX_CASES=20000 $$test --gtest_brief=1 || exit 1; done
	$(SAN)/flx-train --network resnet --width 4 --train 64 --test 32 --batch 16 --epochs 1 --format flex12+6 --watch $(SAN)/watch >$(SAN)/train.log
	$(SAN)/flx-train --network alexnet --width 4 --train 64 --test 32 --batch 16 --epochs 1 --threads 2 >>$(SAN)/train.log
	$(SAN)/flx-train --network alexnet2012 --width 6 --train 4 --test 2 --batch 2 --side 40 --classes 300 --epochs 1 >>$(SAN)/train.log
	$(SAN)/flx-train-gan --width 4 --train 64 --score 16 --batch 8 --iterations 2 --critic-steps 2 --samples $(SAN)/samples.svg >>$(SAN)/train.log
	$(SAN)/flx-train-gan --format float16 --width 4 --train 64 --score 16 --batch 8 --iterations 2 --critic-steps 2 --samples $(SAN)/samples.svg >>$(SAN)/train.log
	$(SAN)/trace_fuzz --seconds 20 --seed 1 verif/tracefile/corpus
