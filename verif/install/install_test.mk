# install_test.mk - make install and what others build against it. Twin: sw/setup/install.mk
# SPDX-License-Identifier: Apache-2.0
.PHONY: test-install
test-install: $(INSTALLED) ## test: make install with PREFIX and DESTDIR; a C and a C++ program against what it left
	verif/install/install_test.sh $(MAKE) verif/traces/resnet_s1b1conv2_fprop_000900.npz
