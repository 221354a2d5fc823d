# formal.mk - proofs. Twin: verif/formal/formal.sh
.PHONY: formal
formal: | $(DEPS) ## SAT proofs of the multiplier's blocks
	@verif/formal/formal.sh
