# cli.mk - tests of the option library. Twin: sw/cli/
