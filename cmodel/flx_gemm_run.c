/* flx_gemm_run.c - the fast exact multiply: packing, blocking, threads. Header: flx_gemm.h, twin: cmodel/flx_gemm.c
 *
 * How far int32 sums are safe is read off the operands: a row's sum of |a| over a segment times max |b| stays below 2^31. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flx_gemm_kernel.h"

enum {
    BLOCK_ROWS = 96 * FLX_TILE_ROWS, /* rows of A packed at once */
    BLOCK_PAIRS = 1024,              /* pairs of a B panel packed at once: 128 KiB */
    THREADS_MAX = 64,
    SERIAL_PRODUCTS = 1 << 18        /* below this a thread costs more than it gives */
};

typedef struct flx_job {
    const flx_gemm_t *op;
    const int16_t *a, *b;
    int16_t *c;
    flx_gemm_tile_fn tile;
    uint32_t limit;              /* a segment's sum of |a| */
    size_t col_begin, col_end;   /* of this thread, multiples of a tile */
    flx_stats_t stats;
    bool out_of_memory;
} flx_job_t;

/* Magnitudes as unsigned: |-32768| = 32768. */
static uint32_t magnitude(int16_t x) { return (uint32_t)(x < 0 ? -(int32_t)x : (int32_t)x); }

static uint32_t largest(const int16_t *x, size_t count)
{
    int32_t low = 0, high = 0;
    for (size_t i = 0; i < count; i++) {
        if (x[i] < low) low = x[i];
        if (x[i] > high) high = x[i];
    }
    return (uint32_t)(-low > high ? -low : high);
}

/* Rows [row, row + BLOCK_ROWS) of op(A): out[panel][kp][FLX_TILE_ROWS], zero beyond m and k. */
static void pack_a(const flx_job_t *job, size_t row, size_t panels, flx_pair_t *out)
{
    const flx_gemm_t *op = job->op;
    const size_t pairs = (op->k + 1) / 2;
    const size_t row_step = op->trans_a ? 1 : op->k, k_step = op->trans_a ? op->m : 1;
    memset(out, 0, panels * pairs * FLX_TILE_ROWS * sizeof *out);
    for (size_t p = 0; p < panels; p++) {
        for (size_t r = 0; r < FLX_TILE_ROWS; r++) {
            const size_t i = row + p * FLX_TILE_ROWS + r;
            if (i >= op->m) continue;
            const int16_t *from = job->a + i * row_step;
            flx_pair_t *to = out + p * pairs * FLX_TILE_ROWS + r;
            for (size_t kp = 0; kp < op->k / 2; kp++) to[kp * FLX_TILE_ROWS] = (flx_pair_t){from[2 * kp * k_step], from[(2 * kp + 1) * k_step]};
            if (op->k % 2 != 0) to[(pairs - 1) * FLX_TILE_ROWS].even = from[(op->k - 1) * k_step];
        }
    }
}

/* Segments of each panel; those of block kb start at segment[kb * BLOCK_PAIRS] of the panel's row and end with the block. */
static void find_segments(const flx_job_t *job, size_t panels, size_t pairs, const flx_pair_t *a, uint16_t *segment)
{
    for (size_t p = 0; p < panels; p++, segment += pairs) {
        for (size_t start = 0; start < pairs; start += BLOCK_PAIRS) {
            const size_t end = start + BLOCK_PAIRS < pairs ? start + BLOCK_PAIRS : pairs;
            uint16_t *out = segment + start;
            uint32_t sum[FLX_TILE_ROWS] = {0};
            *out = 0;
            for (size_t kp = start; kp < end; kp++, a += FLX_TILE_ROWS) {
                uint32_t add[FLX_TILE_ROWS];
                bool full = false;
                for (int r = 0; r < FLX_TILE_ROWS; r++) {
                    add[r] = magnitude(a[r].even) + magnitude(a[r].odd);
                    full |= sum[r] + add[r] > job->limit;
                }
                if (full && *out != 0) {
                    *++out = 0;
                    memset(sum, 0, sizeof sum);
                }
                for (int r = 0; r < FLX_TILE_ROWS; r++) sum[r] += add[r];
                ++*out;
            }
        }
    }
}

/* Pairs [kp, kp + count) of columns [col, col + FLX_TILE_COLS) of op(B): out[kp][FLX_TILE_COLS]. */
static void pack_b(const flx_job_t *job, size_t col, size_t kp, size_t count, flx_pair_t *out)
{
    const flx_gemm_t *op = job->op;
    const size_t cols = op->n - col < FLX_TILE_COLS ? op->n - col : FLX_TILE_COLS;
    if (cols < FLX_TILE_COLS || 2 * (kp + count) > op->k) memset(out, 0, count * FLX_TILE_COLS * sizeof *out);
    if (op->trans_b) {
        for (size_t c = 0; c < cols; c++) {
            const int16_t *from = job->b + (col + c) * op->k + 2 * kp;
            for (size_t i = 0; i < count; i++) {
                out[i * FLX_TILE_COLS + c].even = from[2 * i];
                if (2 * (kp + i) + 1 < op->k) out[i * FLX_TILE_COLS + c].odd = from[2 * i + 1];
            }
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const int16_t *even = job->b + 2 * (kp + i) * op->n + col, *odd = even + op->n;
        flx_pair_t *to = out + i * FLX_TILE_COLS;
        if (2 * (kp + i) + 1 < op->k)
            for (size_t c = 0; c < cols; c++) to[c] = (flx_pair_t){even[c], odd[c]};
        else
            for (size_t c = 0; c < cols; c++) to[c].even = even[c];
    }
}

/* Requantises and writes one row of a tile. */
static void write_row(flx_job_t *job, const int64_t *acc, size_t row, size_t col, size_t cols)
{
    const flx_gemm_t *op = job->op;
    const int32_t s = op->exp_a + op->exp_b - op->exp_c;
    int16_t mant[FLX_TILE_COLS];
    flx_requant_row(op, s, acc, row, col, cols, mant, &job->stats);
    if (!op->dry_run) memcpy(job->c + row * op->n + col, mant, cols * sizeof mant[0]);
}

static void *run_columns(void *user)
{
    flx_job_t *job = user;
    const flx_gemm_t *op = job->op;
    const size_t pairs = (op->k + 1) / 2;
    const size_t rows_max = op->m < BLOCK_ROWS ? op->m : BLOCK_ROWS;
    const size_t panels_max = (rows_max + FLX_TILE_ROWS - 1) / FLX_TILE_ROWS, tile_size = FLX_TILE_ROWS * FLX_TILE_COLS;
    flx_pair_t *a = malloc(panels_max * pairs * FLX_TILE_ROWS * sizeof *a);
    flx_pair_t *b = malloc(BLOCK_PAIRS * FLX_TILE_COLS * sizeof *b);
    uint16_t *segment = malloc(panels_max * pairs * sizeof *segment);
    int64_t *acc = malloc(panels_max * tile_size * sizeof *acc);
    job->out_of_memory = a == NULL || b == NULL || segment == NULL || acc == NULL;
    for (size_t row = 0; row < op->m && !job->out_of_memory; row += BLOCK_ROWS) {
        const size_t rows = op->m - row < BLOCK_ROWS ? op->m - row : BLOCK_ROWS;
        const size_t panels = (rows + FLX_TILE_ROWS - 1) / FLX_TILE_ROWS;
        pack_a(job, row, panels, a);
        find_segments(job, panels, pairs, a, segment);
        for (size_t col = job->col_begin; col < job->col_end; col += FLX_TILE_COLS) {
            memset(acc, 0, panels * tile_size * sizeof *acc);
            for (size_t kp = 0; kp < pairs; kp += BLOCK_PAIRS) {
                const size_t count = pairs - kp < BLOCK_PAIRS ? pairs - kp : BLOCK_PAIRS;
                pack_b(job, col, kp, count, b);
                for (size_t p = 0; p < panels; p++)
                    job->tile(a + (p * pairs + kp) * FLX_TILE_ROWS, b, segment + p * pairs + kp, count, acc + p * tile_size);
            }
            const size_t cols = op->n - col < FLX_TILE_COLS ? op->n - col : FLX_TILE_COLS;
            for (size_t r = 0; r < rows; r++) write_row(job, acc + r * FLX_TILE_COLS, row + r, col, cols);
        }
    }
    free(a);
    free(b);
    free(segment);
    free(acc);
    return NULL;
}

/* No step of the accumulator can saturate, and nothing is rounded on the way. */
static bool is_exact(const flx_gemm_t *op, uint64_t max_a, uint64_t max_b)
{
    if (op->chunk != 0) return false;
    return op->fmt.acc_bits >= FLX_ACC_BITS_DEFAULT || op->k * max_a * max_b < (uint64_t)1 << (op->fmt.acc_bits - 1);
}

flx_err_t flx_gemm_run_with(flx_gemm_kernel_t kernel, const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c,
                            flx_stats_t *stats, unsigned threads)
{
    const flx_err_t err = flx_gemm_check(op);
    if (err != FLX_OK) return err;
    flx_gemm_tile_fn tile = flx_gemm_tile(kernel);
    if (tile == NULL) return FLX_ERR_MODE;
    const uint32_t max_a = largest(a, op->m * op->k), max_b = largest(b, op->k * op->n);
    if (!is_exact(op, max_a, max_b)) return flx_gemm_reference(op, a, b, c, stats);
    /* Only two operands of -32768 in one pair do not fit int32. */
    if ((uint64_t)2 * max_a * max_b > INT32_MAX) tile = flx_gemm_tile(FLX_GEMM_PORTABLE);

    const size_t tiles = (op->n + FLX_TILE_COLS - 1) / FLX_TILE_COLS;
    if (threads == 0) {
        const long online = sysconf(_SC_NPROCESSORS_ONLN);
        threads = online > 0 ? (unsigned)online : 1;
    }
    if (threads > THREADS_MAX) threads = THREADS_MAX;
    if (threads > tiles) threads = (unsigned)tiles;
    if (op->m * op->n * op->k < SERIAL_PRODUCTS) threads = 1;
    flx_job_t job[THREADS_MAX];
    pthread_t thread[THREADS_MAX];
    bool started[THREADS_MAX] = {false};
    for (unsigned t = 0; t < threads; t++) {
        job[t] = (flx_job_t){.op = op, .a = a, .b = b, .c = c, .tile = tile, .limit = max_b == 0 ? INT32_MAX : INT32_MAX / max_b,
                             .col_begin = tiles * t / threads * FLX_TILE_COLS, .col_end = tiles * (t + 1) / threads * FLX_TILE_COLS};
        started[t] = t != 0 && pthread_create(&thread[t], NULL, run_columns, &job[t]) == 0;
    }
    for (unsigned t = 0; t < threads; t++)
        if (!started[t]) run_columns(&job[t]);
    flx_stats_t out = {0};
    bool out_of_memory = false;
    for (unsigned t = 0; t < threads; t++) {
        if (started[t]) pthread_join(thread[t], NULL);
        out = flx_stats_merge(out, job[t].stats);
        out_of_memory |= job[t].out_of_memory;
    }
    if (out_of_memory) return FLX_ERR_MEMORY;
    *stats = out;
    return FLX_OK;
}

flx_err_t flx_gemm_run(const flx_gemm_t *op, const int16_t *a, const int16_t *b, int16_t *c, flx_stats_t *stats, unsigned threads)
{
    return flx_gemm_run_with(FLX_GEMM_AUTO, op, a, b, c, stats, threads);
}
