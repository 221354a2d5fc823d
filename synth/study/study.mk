# study.mk - area and clock of the Flexpoint PE beside its rivals. Twin: synth/study/rivals_area.sh, docs/rivals.md
.PHONY: synth-rivals
synth-rivals: | $(DEPS) ## LIB=..: the Flexpoint PE beside its rivals, area and clock; its section of docs/gen/rivals.md
	@synth/study/rivals_area.sh $(LIB) $(B)/report/rivals/$(basename $(notdir $(LIB))).json
	@synth/study/rivals_area.py docs/gen/rivals.md $(B)/report/rivals/$(basename $(notdir $(LIB))).json >docs/gen/rivals.md.part && mv docs/gen/rivals.md.part docs/gen/rivals.md
	@cat docs/gen/rivals.md
