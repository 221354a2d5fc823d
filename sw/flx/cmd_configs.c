/* cmd_configs.c - `flx configs`: the named configurations with what they do on one large product. Twin: cmodel/def/flx_config.def */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "flx/flx_player.h"

enum { EDGE = 512 };

/* Cycles and utilisation of EDGE x EDGE x EDGE on the cycle model; false when memory is short. */
static bool measure(const flx_config_t *config, const int16_t *operand, unsigned long long *cycles, double *utilisation)
{
    flx_program_t program = {.item = NULL};
    flx_player_t player;
    const flx_program_item_t gemm = {.cmd = {.op = FLX_OP_GEMM, .tensor_b = 1, .tensor_c = 2, .m = EDGE, .n = EDGE, .k = EDGE, .dry_run = 1}, .a = operand, .b = operand};
    bool ok = flx_program_add(&program, &gemm) && flx_player_init(&player, config, &program, 0.0, 1);
    if (ok) {
        ok = flx_player_run(&player, 1000000);
        *cycles = flx_player_cycles(&program.item[0]);
        *utilisation = flx_player_utilisation(config, &program.item[0]);
        flx_player_free(&player);
    }
    flx_program_free(&program);
    return ok;
}

int flx_cmd_configs(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        fprintf(stderr, "flx configs: argument is %s, expected none\n", argv[1]);
        return FLX_EXIT_INPUT;
    }
    int16_t *operand = calloc((size_t)EDGE * EDGE, sizeof *operand);
    if (operand == NULL) return FLX_EXIT_TOOL;
    printf("| name | MACs | grid x lanes | format | accumulator | PE_PIPE | cycles of %dx%dx%d | utilisation | for |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", EDGE, EDGE, EDGE);
    int code = FLX_EXIT_PASS;
    for (size_t i = 0; i < flx_config_count() && code == FLX_EXIT_PASS; i++) {
        const flx_config_t *c = flx_config_at(i);
        unsigned long long cycles = 0;
        double utilisation = 0.0;
        if (!measure(c, operand, &cycles, &utilisation)) code = FLX_EXIT_TOOL;
        printf("| `%s` | %u | %u x %u x %u | flex%u+%u | %u bits%s | %u | %llu | %.2f %% | %s |\n", c->name, flx_config_macs(c), c->rows, c->cols, c->lanes, c->mant_bits, c->exp_bits,
               c->acc_bits, c->acc_bits < 48 ? ", saturating" : "", c->pe_pipe, cycles, 100.0 * utilisation, c->purpose);
    }
    free(operand);
    return code;
}
