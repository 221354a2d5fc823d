# cli.mk - options, exit codes and progress of the programs; libflx needs none of it. Twin: docs/cli.md
# SPDX-License-Identifier: Apache-2.0
CLI_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(wildcard sw/cli/*.c))
$(B)/lib/libflx_cli.a: $(CLI_OBJ)
	@mkdir -p $(@D)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^
