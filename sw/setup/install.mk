# install.mk - `make install` and `make uninstall`. Twin: sw/setup/install.sh
# SPDX-License-Identifier: Apache-2.0
PREFIX ?= /usr/local
INSTALLED := $(B)/lib/libflx.a $(RTL_SO)/mac256.so $(addprefix $(B)/bin/,flx flx-train flx-train-gan flx-netsim)
.PHONY: install uninstall
install: $(if $(FOREIGN),,$(INSTALLED)) ## start: library, public headers, flx.pc, programs and the core of flx cosim, under PREFIX (/usr/local), behind DESTDIR
	@PREFIX='$(subst ','\'',$(PREFIX))' DESTDIR='$(subst ','\'',$(DESTDIR))' sw/setup/install.sh install $(B)
uninstall: ## start: takes them away again: PREFIX and DESTDIR as for install
	@PREFIX='$(subst ','\'',$(PREFIX))' DESTDIR='$(subst ','\'',$(DESTDIR))' sw/setup/install.sh uninstall $(B)
