# formal.mk - proofs. Twin: verif/formal/formal.py
.PHONY: formal
formal: | $(DEPS) ## test: SAT proofs of the multiplier's blocks
	@verif/formal/formal.py
