# formal.mk - proofs. Twin: verif/formal/formal.py
# SPDX-License-Identifier: Apache-2.0
.PHONY: formal
formal: | $(DEPS) ## test: SAT proofs of the multiplier's blocks
	@verif/formal/formal.py
