# trainer.mk - flx-train, flx-train-gan, the experiments and the recording of traces. Twin: docs/trainer.md
# SPDX-License-Identifier: Apache-2.0
TRAINER_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(wildcard sw/trainer/*/trn_*.c))
$(TRAINER_OBJ) $(B)/obj/sw/trainer/run/flx_train.o $(B)/obj/sw/trainer/run/flx_train_gan.o: CPPFLAGS += -Isw/trainer -Isw
$(B)/bin/flx-train: $(B)/obj/sw/trainer/run/flx_train.o $(TRAINER_OBJ) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $^ $(LIBS) -lopenblas -ldnnl -lgomp -o $@
$(B)/bin/flx-train-gan: $(B)/obj/sw/trainer/run/flx_train_gan.o $(TRAINER_OBJ) $(B)/lib/libflx_cli.a $(B)/lib/libflx.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $^ $(LIBS) -lopenblas -ldnnl -lgomp -o $@

# Each leaves a report in build/report and draws its tables and pictures there; `make keep FROM=build/report/NAME.json`, then `make gen`, make it data.
STUDY := sw/trainer/study
.PHONY: gan experiment formats pictures bench-step networks traces record-traces
experiment: $(B)/bin/flx-train ## train: flex16+5 beside float32 and other formats, 2 networks x 3 seeds: DATA=CIFAR10_DIR or generated images; about 1.5 hours
	NETWORKS="resnet20 alexnet" FORMATS="float32 flex16+5 float16 bfloat16 dfp16" $(STUDY)/experiment.py $< $(B)/experiment $(DATA)
	$(TRAINING_REPORT)
formats: $(B)/bin/flx-train ## train: LeNet in every format, flexN+5 for N of 8 to 16 and flex16+M for M of 4 to 8 too, one seed, beside the results of experiment: DATA=..; half an hour
	NETWORKS=lenet SEEDS=1 TRAIN=20000 TEST=5000 EPOCHS=4 FORMATS="float32 float16 bfloat16 dfp16 fixed4.12 hbfp8 mxint8 $(foreach n,16 15 14 13 12 11 10 9 8,flex$(n)+5) $(foreach m,4 6 7 8,flex16+$(m))" $(STUDY)/experiment.py $< $(B)/experiment $(DATA)
	$(TRAINING_REPORT)
define TRAINING_REPORT
@mkdir -p $(B)/report
$(STUDY)/training_report.py $(B)/experiment $(B)/report/training_runs.json
$(STUDY)/draw.py $(B)/report $(B)/report/training_runs.json
endef
GAN := gan
gan: $(B)/bin/flx-train-gan ## train: a Wasserstein GAN in float32, flex16+5, float16 and dfp16, SEEDS=1 or more: curves, samples, scores, DATA=MNIST_DIR, CIFAR10_DIR or generated images; GAN=NAME of the report; about 10 minutes
	@mkdir -p $(B)/report
	$(STUDY)/gan_experiment.py $< $(B)/$(GAN) $(DATA)
	$(STUDY)/gan_report.py $(B)/$(GAN) $(B)/report/$(GAN).json
	$(STUDY)/draw.py $(B)/report $(B)/report/$(GAN).json $(B)/report/$(GAN)_samples.json
pictures: $(B)/bin/flx-train ## train: histograms, exponents and statistics of every tensor of a short training, DATA=DIR or generated images; 5 minutes
	$(STUDY)/pictures.py $< $(B)/report $(DATA)
	$(STUDY)/draw.py $(B)/report $(addprefix $(B)/report/,tensors.json histograms.json exponents.json)
bench-step: $(B)/bin/flx-train ## train: time of a training step in each format over float32 (the faster of OpenBLAS and oneDNN), ResNet-20 and AlexNet; about 8 minutes
	@mkdir -p $(B)/report
	$(STUDY)/bench_step.py $< $(B)/report/step.json
	$(STUDY)/draw.py $(B)/report $(B)/report/step.json
networks: $(B)/bin/flx-train ## train: shapes of the matrix products of ResNet-20 and AlexNet, as the trainer builds them
	@mkdir -p $(B)/report
	$(STUDY)/networks.py $< $(B)/report/networks.json
traces: $(B)/bin/flx-train $(B)/bin/flx-train-gan $(B)/bin/flx $(RTL_SO)/mac256.so ## train: trace campaign: over 200 traces of 5 networks recorded and replayed, DATA=DIR or generated images; about 5 minutes
	$(STUDY)/campaign.py $(B)/bin/flx-train $(B)/bin/flx-train-gan $(B)/bin/flx $(B)/campaign $(DATA)
record-traces: $(B)/bin/flx-train ## train: record traces like the shipped ones into build/traces: DATA=CIFAR10_DIR
	$(STUDY)/record_shipped.sh $< $(or $(DATA),$(error DATA is missing: the directory of the CIFAR-10 binary files)) $(B)/traces
