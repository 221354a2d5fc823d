/* user.c - a program of someone who has flx installed; C11 and C++17. Twin: verif/install/install_test.sh */
/* SPDX-License-Identifier: Apache-2.0 */
#include <flx/flx.h>
#include <flx/flx_player.h>
#include <stdio.h>
#include <string.h>

/* The trace's product on the golden model, its next exponent, and its cycles on mac256. */
static int run(const char *path)
{
    flx_trace_t trace;
    char error[FLX_TRACE_ERROR_BYTES];
    if (flx_trace_read(path, &trace, error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    static int16_t c[1 << 20];
    flx_stats_t stats;
    flx_autoflex_t autoflex = trace.autoflex;
    const flx_config_t *config = flx_config_find("mac256");
    flx_program_t program;
    flx_player_t player;
    memset(&program, 0, sizeof program);
    trace.op.lanes = 0; /* read for an accumulator of less than 48 bits alone */
    int good = flx_gemm_run(&trace.op, trace.a, trace.b, c, &stats, NULL, 1) == FLX_OK && memcmp(c, trace.c, trace.op.m * trace.op.n * sizeof *c) == 0;
    trace.op.lanes = FLX_LANES_DEFAULT;
    const int32_t next = flx_autoflex_write(&autoflex, trace.autoflex_cfg, trace.op.fmt, stats.gamma, trace.op.exp_c, false, false, trace.op.exp_c);
    good = good && next == trace.exp_next;
    good = good && flx_program_from_trace(&program, &trace) && flx_player_init(&player, config, &program, 0.0, 1) && flx_player_run(&player, 100000);
    if (good) printf("%u words right, next exponent %d, %u cycles\n", (unsigned)(trace.op.m * trace.op.n), (int)next, (unsigned)flx_player_cycles(&program.item[program.count - 1]));
    if (good) flx_player_free(&player);
    flx_program_free(&program);
    flx_trace_free(&trace);
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    return argc == 2 ? run(argv[1]) : 2;
}
