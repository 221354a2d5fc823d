# trainer_test.mk - tests of the trainer. Twin: sw/trainer/
# SPDX-License-Identifier: Apache-2.0
$(B)/bin/trainer_test: $(wildcard verif/trainer/*.cc) $(patsubst %.c,$(B)/obj/%.o,$(wildcard sw/trainer/*/trn_*.c)) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a $(wildcard cmodel/include/flx/*.h cmodel/*/*.h sw/trainer/*/*.h verif/trainer/*.h)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(CXXFLAGS) -Icmodel/include -Icmodel -Isw/trainer -Isw $(filter-out %.h,$^) $(GTEST) $(LIBS) -lopenblas -ldnnl -lgomp -o $@
.PHONY: test-trainer
test-trainer: $(B)/bin/trainer_test $(B)/bin/flx-train $(B)/bin/flx-train-gan $(B)/bin/flx $(RTL_SO)/mac256_fast.so ## test: gradients, conversions, determinism, recording, learning
	OPENBLAS_NUM_THREADS=1 $(B)/bin/trainer_test --gtest_brief=1
	OPENBLAS_NUM_THREADS=1 verif/trainer/trainer_cli_test.sh $(B)/bin/flx-train $(B)/bin/flx
	verif/trainer/runs_test.sh $(B)/bin/flx-train $(B)/bin/flx-train-gan
	OPENBLAS_NUM_THREADS=1 verif/trainer/gan_cli_test.sh $(B)/bin/flx-train-gan $(B)/bin/flx
	OPENBLAS_NUM_THREADS=1 verif/trainer/pictures_test.sh $(B)/bin/flx-train
