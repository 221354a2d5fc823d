# baselines.mk - area and clock of the Flexpoint PE beside its rivals. Twin: synth/baselines.sh, docs/baselines.md
.PHONY: synth-baselines
synth-baselines: | $(DEPS) ## LIB=..: the Flexpoint PE beside its rivals, area and clock; its section of docs/gen/baselines.md
	@synth/baselines.sh $(LIB) $(B)/report/baselines/$(basename $(notdir $(LIB))).json
	@python3 synth/baselines.py docs/gen/baselines.md $(B)/report/baselines/$(basename $(notdir $(LIB))).json >docs/gen/baselines.md.part && mv docs/gen/baselines.md.part docs/gen/baselines.md
	@cat docs/gen/baselines.md
