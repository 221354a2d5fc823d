/* cmd_configs.c - `flx configs`: configurations with what they do on one large product. Twin: cmodel/def/flx_config.def */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "config_option.h"
#include "flx/flx_player.h"

enum { EDGE = 512 };

/* Cycles and utilisation of EDGE x EDGE x EDGE on the cycle model; false when the model does not come to the end. */
static bool measure(const flx_config_t *config, const int16_t *operand, unsigned long long *cycles, double *utilisation)
{
    flx_program_t program = {.item = NULL};
    flx_player_t player;
    const flx_program_item_t gemm = {.cmd = {.op = FLX_OP_GEMM, .tensor_b = 1, .tensor_c = 1, .m = EDGE, .n = EDGE, .k = EDGE, .dry_run = 1}, .a = operand, .b = operand};
    bool ok = flx_program_add(&program, &gemm) && flx_player_init(&player, config, &program, 0.0, 1);
    if (ok) {
        ok = flx_player_run(&player, 1000000) && program.item[0].rsp.status == FLX_STATUS_OK;
        *cycles = flx_player_cycles(&program.item[0]);
        *utilisation = flx_player_utilisation(config, &program.item[0]);
        flx_player_free(&player);
    }
    flx_program_free(&program);
    return ok;
}

static int print_row(const flx_config_t *c, const int16_t *operand)
{
    unsigned long long cycles = 0;
    double utilisation = 0.0;
    if (!measure(c, operand, &cycles, &utilisation)) return flx_cli_fail(FLX_EXIT_TOOL, "%s: the cycle model does not come to the end of a product", c->name);
    printf("| `%s` | %u | %u x %u x %u | flex%u+%u | %u bits%s | %u | %u | %llu | %.2f %% | %s |\n", c->name, flx_config_macs(c), c->rows, c->cols, c->lanes, c->mant_bits, c->exp_bits,
           c->acc_bits, c->acc_bits < FLX_ACC_BITS_EXACT ? ", saturating" : "", c->cluster, c->pe_pipe, cycles, 100.0 * utilisation, c->purpose);
    return FLX_EXIT_PASS;
}

int flx_cmd_configs(int argc, char **argv)
{
    flx_config_option_t option = {.name = NULL};
    const flx_cli_t cli = {.program = "flx configs", .usage = "[OPTION...]", .group = {flx_config_option_group(&option, false)},
                           .what = "Lists every named configuration, or one, with cycles and utilisation of a 512 x 512 x 512 product on the cycle model."};
    int code = flx_cli_parse(&cli, &argc, argv);
    if (code >= 0) return code;
    const bool all = option.name == NULL && option.set == NULL;
    if (option.name == NULL) option.name = "mac256";
    code = flx_config_option_finish(&option);
    if (code >= 0) return code;
    int16_t *operand = calloc((size_t)EDGE * EDGE, sizeof *operand);
    if (operand == NULL) return flx_cli_fail(FLX_EXIT_TOOL, "out of memory");
    printf("| name | MACs | grid x lanes | format | accumulator | CLUSTER | PE_PIPE | cycles of %dx%dx%d | utilisation | for |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", EDGE, EDGE, EDGE);
    code = all ? FLX_EXIT_PASS : print_row(&option.config, operand);
    for (size_t i = 0; all && i < flx_config_count() && code == FLX_EXIT_PASS; i++) code = print_row(flx_config_at(i), operand);
    free(operand);
    return code;
}
