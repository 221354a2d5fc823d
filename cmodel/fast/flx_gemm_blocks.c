/* flx_gemm_blocks.c - one product, by blocks and threads. Header: flx_gemm_blocks.h, twin: cmodel/golden/flx_gemm.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * How far int32 sums are safe is read off the operands: a block's norms say that all of it is, or else a row's sum of |a| over a
 * segment times max |b| fits. The threads pack a block of A's rows together and then take C's columns, a contiguous part each; sums,
 * and so results, do not depend on it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flx_gemm_blocks.h"
#include "flx_gemm_conv.h"

enum {
    BLOCK_PANELS = 72,               /* panels of FLX_TILE_ROWS rows of A that are packed at once */
    GROUP_MIN = 4,                   /* tiles of columns: 256 bytes of a row of B are read at once, one cache line alone takes far longer per byte */
    SAMPLE = 1024,                   /* elements of A whose mean magnitude decides between short and long products */
    SHORT_PAIRS = 3,                 /* a mean segment of so many pairs is worth short products rather than long ones, */
    SHORT_PAIRS_AVX2 = 4,            /* or rather than pairwise sums */
    THREADS_MAX = 64,
    THREAD_PRODUCTS = 1 << 22        /* products that are worth a thread */
};

/* What the threads share. They start when `open`, with `threads` fixed: one that cannot be created is not waited for. */
typedef struct flx_team {
    const flx_gemm_t *op;
    const int16_t *a;
    flx_rows_t b;
    int16_t *c;
    uint64_t *largest;      /* not NULL: the operation asks for it */
    flx_gemm_tile_fn tile;
    flx_gemm_sum_fn sum;    /* not NULL: for the only block, where every sum fits int32 */
    bool is_long;           /* long products, */
    bool is_pairwise;       /* or pairwise, else short ones */
    uint32_t max_a, max_b;
    size_t panels;          /* packed at once */
    size_t group;           /* tiles of columns that are packed at once, */
    flx_conv_t conv;        /* or, from a tensor, one by one */
    size_t block;           /* pairs of a block */
    flx_pair_t *packed_a;   /* [panels][pairs][FLX_TILE_ROWS] */
    uint16_t *segment;      /* short: [panels][pairs] */
    uint32_t *squares_a;    /* short, NULL: segments are whole blocks anyway; [panels][blocks], flx_gemm_squares */
    uint32_t *quads_a;      /* long: [panels][quads][FLX_TILE_ROWS] */
    int32_t *offset_a;      /* long: [panels][blocks][FLX_TILE_ROWS] */
    pthread_mutex_t lock;
    pthread_cond_t gate;
    pthread_barrier_t barrier;
    bool open;
    unsigned threads;
} flx_team_t;

typedef struct flx_worker {
    flx_team_t *team;
    unsigned index;
    flx_columns_t *columns; /* [group]; from a tensor: 1 */
    flx_conv_store_t store;
    int32_t *split;         /* [group][panels][2][FLX_TILE_ROWS][FLX_TILE_COLS]: sums of a span of blocks, high and low */
    int64_t *wide;          /* [group][panels][FLX_TILE_ROWS][FLX_TILE_COLS]: sums of spans; NULL where there is one only */
    flx_stats_t stats;
    uint64_t largest;       /* |sum|, if the operation asks for it */
} flx_worker_t;

static void wait_for_all(flx_team_t *team)
{
    if (team->threads > 1) pthread_barrier_wait(&team->barrier);
}

static size_t pairs_of(const flx_gemm_t *op)
{
    return op->k / 2 + op->k % 2;
}

static size_t blocks_of(const flx_team_t *team)
{
    return (pairs_of(team->op) + team->block - 1) / team->block;
}

static size_t quads_of(const flx_team_t *team)
{
    return blocks_of(team) * FLX_LONG_QUADS;
}

/* Blocks of which a split sum holds the products. */
static size_t span_of(const flx_team_t *team)
{
    return FLX_SPLIT_PAIRS / team->block;
}

/* All blocks of a tile are added up, in wide if it is not NULL. */
static void finish(flx_worker_t *worker, const flx_place_t *to, const int32_t *high, const int32_t *low, int64_t *wide)
{
    if (worker->team->largest != NULL) {
        int64_t here[FLX_TILE_SIZE];
        if (wide == NULL) flx_gemm_widen(high, low, false, here);
        const uint64_t largest = flx_gemm_largest_sum(wide == NULL ? here : wide);
        worker->largest = largest > worker->largest ? largest : worker->largest;
    } else if (wide != NULL) {
        flx_gemm_write_wide(to, wide);
    } else {
        flx_gemm_write_split(to, high, low);
    }
}

/* One block of a tile, which is the worker's number `tile`: panel p of A times b, whose columns have squares_b. */
static void multiply_tile(flx_worker_t *worker, size_t p, const flx_panel_t *b, uint32_t squares_b, size_t block, size_t count, const flx_place_t *to, size_t tile)
{
    const flx_team_t *team = worker->team;
    const size_t pairs = pairs_of(team->op), blocks = blocks_of(team), kp = block * team->block, span = span_of(team);
    const uint16_t whole = (uint16_t)count;
    flx_panel_t a = {.pairs = team->packed_a + (p * pairs + kp) * FLX_TILE_ROWS};
    if (team->is_long) {
        a.quads = team->quads_a + (p * quads_of(team) + block * FLX_LONG_QUADS) * FLX_TILE_ROWS;
        a.offset = team->offset_a + (p * blocks + block) * FLX_TILE_ROWS;
    } else if (!team->is_pairwise) {
        const bool fits = team->squares_a == NULL || flx_gemm_sum_fits(team->squares_a[p * blocks + block], squares_b);
        if (fits && team->sum != NULL) {
            int32_t sum[FLX_TILE_SIZE];
            team->sum(&a, b, count, sum);
            flx_gemm_write_sum(to, sum);
            return;
        }
        a.segment = fits ? &whole : team->segment + p * pairs + kp;
    }
    int32_t *high = worker->split + (blocks == 1 ? 0 : tile) * 2 * FLX_TILE_SIZE, *low = high + FLX_TILE_SIZE; /* nothing is kept of an only block */
    int64_t *wide = worker->wide != NULL ? worker->wide + tile * FLX_TILE_SIZE : NULL;
    team->tile(&a, b, count, block % span != 0, high, low);
    const bool last = block + 1 == blocks;
    if (wide != NULL && (last || (block + 1) % span == 0)) flx_gemm_widen(high, low, block >= span, wide);
    if (last) finish(worker, to, high, low, wide);
}

/* `tiles` tiles of columns from col on, of all packed rows; the first of them is row. */
static void multiply_columns(flx_worker_t *worker, size_t row, size_t panels, size_t col, size_t tiles)
{
    const flx_team_t *team = worker->team;
    const size_t pairs = pairs_of(team->op), blocks = blocks_of(team);
    const bool from_tensor = team->conv.of != NULL;
    for (size_t block = 0; block < blocks; block++) {
        const size_t kp = block * team->block, count = pairs - kp < team->block ? pairs - kp : team->block;
        if (from_tensor) flx_conv_begin(&team->conv, &worker->store, col, tiles, kp, count);
        else flx_gemm_pack_b(team->op, &team->b, col, kp, count, tiles, worker->columns);
        for (size_t t = 0; t < tiles; t++) {
            flx_columns_t *columns = from_tensor ? worker->columns : &worker->columns[t];
            uint32_t squares = from_tensor ? flx_conv_pack(&team->conv, &worker->store, col + t * FLX_TILE_COLS, count, columns->pairs) : 0;
            if (team->squares_a != NULL && !from_tensor) squares = flx_gemm_squares(columns->pairs, count, FLX_TILE_COLS);
            if (team->is_long) flx_gemm_quads_b(columns->pairs, count, columns->quads, columns->offset);
            const flx_panel_t b = {.pairs = columns->pairs, .quads = columns->quads, .offset = columns->offset};
            for (size_t p = 0; p < panels; p++) {
                const flx_place_t to = {.op = team->op, .c = team->c, .row = row + p * FLX_TILE_ROWS, .col = col + t * FLX_TILE_COLS, .stats = &worker->stats};
                multiply_tile(worker, p, &b, squares, block, count, &to, t * panels + p);
            }
        }
    }
}

/* Rows [row, row + FLX_TILE_ROWS) of op(A) become panel p. */
static void pack_panel(flx_team_t *team, size_t row, size_t p)
{
    const size_t pairs = pairs_of(team->op), blocks = blocks_of(team);
    flx_pair_t *packed = team->packed_a + p * pairs * FLX_TILE_ROWS;
    flx_gemm_pack_a(team->op, team->a, row, packed);
    for (size_t block = 0; block < blocks; block++) {
        const size_t kp = block * team->block, count = pairs - kp < team->block ? pairs - kp : team->block;
        if (team->segment != NULL) flx_gemm_segments(packed + kp * FLX_TILE_ROWS, count, team->max_a, team->max_b, team->segment + p * pairs + kp);
        if (team->squares_a != NULL) team->squares_a[p * blocks + block] = flx_gemm_squares(packed + kp * FLX_TILE_ROWS, count, FLX_TILE_ROWS);
        if (team->is_long)
            flx_gemm_quads_a(packed + kp * FLX_TILE_ROWS, count, team->quads_a + (p * quads_of(team) + block * FLX_LONG_QUADS) * FLX_TILE_ROWS,
                             team->offset_a + (p * blocks + block) * FLX_TILE_ROWS);
    }
}

static void work(flx_worker_t *worker)
{
    flx_team_t *team = worker->team;
    const flx_gemm_t *op = team->op;
    const size_t tiles = (op->n + FLX_TILE_COLS - 1) / FLX_TILE_COLS;
    const size_t first = tiles * worker->index / team->threads, end = tiles * (worker->index + 1) / team->threads;
    for (size_t row = 0; row < op->m; row += team->panels * FLX_TILE_ROWS) {
        const size_t left = (op->m - row + FLX_TILE_ROWS - 1) / FLX_TILE_ROWS, panels = left < team->panels ? left : team->panels;
        for (size_t p = worker->index; p < panels; p += team->threads) pack_panel(team, row + p * FLX_TILE_ROWS, p);
        wait_for_all(team);
        for (size_t tile = first; tile < end; tile += team->group)
            multiply_columns(worker, row, panels, tile * FLX_TILE_COLS, end - tile < team->group ? end - tile : team->group);
        wait_for_all(team);
    }
}

static void *start(void *user)
{
    flx_worker_t *worker = user;
    pthread_mutex_lock(&worker->team->lock);
    while (!worker->team->open) pthread_cond_wait(&worker->team->gate, &worker->team->lock);
    pthread_mutex_unlock(&worker->team->lock);
    work(worker);
    return NULL;
}

/* Runs worker[0] here and the others on threads of their own, as many as can be created. */
static void run_team(flx_team_t *team, flx_worker_t *worker, unsigned threads)
{
    pthread_t thread[THREADS_MAX];
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->gate, NULL);
    team->threads = 1;
    while (team->threads < threads && pthread_create(&thread[team->threads], NULL, start, &worker[team->threads]) == 0) team->threads++;
    pthread_mutex_lock(&team->lock);
    if (team->threads > 1) pthread_barrier_init(&team->barrier, NULL, team->threads);
    team->open = true;
    pthread_cond_broadcast(&team->gate);
    pthread_mutex_unlock(&team->lock);
    work(&worker[0]);
    for (unsigned t = 1; t < team->threads; t++) pthread_join(thread[t], NULL);
    if (team->threads > 1) pthread_barrier_destroy(&team->barrier);
    pthread_cond_destroy(&team->gate);
    pthread_mutex_destroy(&team->lock);
}

/* Would segments of short products have less than `worth` pairs? Their mean length is estimated from a part of A. */
static bool segments_are_short(const flx_team_t *team, uint64_t worth)
{
    if (flx_gemm_segment_least(team->max_a, team->max_b) > worth) return false;
    const int16_t *a = team->a;
    const size_t elements = team->op->m * team->op->k, step = elements / SAMPLE + 1;
    uint64_t sum = 0, count = 0;
    for (size_t i = 0; i < elements; i += step, count++) sum += (uint64_t)(a[i] < 0 ? -a[i] : a[i]);
    return 2 * sum * team->max_b * worth > count * FLX_SEGMENT_SUM_MAX;
}

/* At most `threads` (0: all), a tile's columns or more each, and enough to do for each. */
static unsigned useful_threads(const flx_gemm_t *op, unsigned threads)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t tiles = (op->n + FLX_TILE_COLS - 1) / FLX_TILE_COLS;
    const double worth = (double)op->m * (double)op->n * (double)op->k / THREAD_PRODUCTS;
    size_t most = threads != 0 ? threads : online > 0 ? (size_t)online : 1;
    if (most > THREADS_MAX) most = THREADS_MAX;
    if (most > tiles) most = tiles;
    if ((double)most > worth) most = worth >= 1 ? (size_t)worth : 1;
    return (unsigned)most;
}

/* Multiplies as the team is set up: all but its packing is. */
static flx_err_t multiply(flx_team_t *team, unsigned threads, flx_stats_t *stats)
{
    const flx_gemm_t *op = team->op;
    const size_t pairs = pairs_of(op);
    team->packed_a = malloc(team->panels * pairs * FLX_TILE_ROWS * sizeof *team->packed_a);
    bool enough_memory = team->packed_a != NULL;
    if (team->is_long) {
        team->quads_a = malloc(team->panels * quads_of(team) * FLX_TILE_ROWS * sizeof *team->quads_a);
        team->offset_a = malloc(team->panels * blocks_of(team) * FLX_TILE_ROWS * sizeof *team->offset_a);
        enough_memory = enough_memory && team->quads_a != NULL && team->offset_a != NULL;
    } else if (!team->is_pairwise) {
        const bool cut = flx_gemm_segment_least(team->max_a, team->max_b) < (pairs < team->block ? pairs : team->block);
        team->segment = malloc(team->panels * pairs * sizeof *team->segment);
        team->squares_a = cut ? malloc(team->panels * blocks_of(team) * sizeof *team->squares_a) : NULL;
        enough_memory = enough_memory && team->segment != NULL && (!cut || team->squares_a != NULL);
    }
    const bool has_spans = blocks_of(team) > span_of(team);
    const size_t tiles = team->group * team->panels;
    flx_worker_t worker[THREADS_MAX];
    for (unsigned t = 0; t < threads; t++) {
        worker[t] = (flx_worker_t){.team = team, .index = t};
        worker[t].columns = aligned_alloc(64, (team->conv.of != NULL ? 1 : team->group) * sizeof *worker[t].columns);
        worker[t].split = aligned_alloc(64, tiles * 2 * FLX_TILE_SIZE * sizeof *worker[t].split);
        worker[t].wide = has_spans ? aligned_alloc(64, tiles * FLX_TILE_SIZE * sizeof *worker[t].wide) : NULL;
        enough_memory = enough_memory && worker[t].columns != NULL && worker[t].split != NULL && (!has_spans || worker[t].wide != NULL) && (team->conv.of == NULL || flx_conv_open(&team->conv, &worker[t].store));
    }
    flx_stats_t out = {0};
    uint64_t largest = 0;
    if (enough_memory) run_team(team, worker, threads);
    for (unsigned t = 0; t < threads; t++) {
        out = flx_stats_merge(out, worker[t].stats);
        largest = worker[t].largest > largest ? worker[t].largest : largest;
        free(worker[t].columns);
        free(worker[t].split);
        free(worker[t].wide);
        flx_conv_close(&worker[t].store);
    }
    free(team->packed_a);
    free(team->segment);
    free(team->squares_a);
    free(team->quads_a);
    free(team->offset_a);
    if (!enough_memory) return FLX_ERR_MEMORY;
    if (team->largest != NULL) *team->largest = largest;
    else *stats = out;
    return FLX_OK;
}

/* The same with B packed from its tensor: A, or the columns of C, in another order. */
static flx_err_t multiply_tensor(flx_team_t *team, unsigned threads, flx_stats_t *stats)
{
    const flx_gemm_t *op = team->op;
    const bool by_columns = team->conv.trans;
    if (by_columns && op->dry_run) return multiply(team, threads, stats);
    flx_gemm_t ordered = *op;
    if (!by_columns) ordered.k = 2 * team->conv.depth;
    int16_t *room = malloc((by_columns ? op->m * op->n : op->m * ordered.k) * sizeof *room), *c = team->c;
    if (room == NULL) return FLX_ERR_MEMORY;
    team->op = &ordered;
    if (by_columns) {
        team->c = room;
    } else {
        flx_conv_order_a(&team->conv, op->m, team->a, room);
        team->a = room;
    }
    const flx_err_t err = multiply(team, threads, stats);
    if (by_columns && err == FLX_OK) flx_conv_order_c(&team->conv, op->m, room, c);
    free(room);
    return err;
}

flx_err_t flx_gemm_blocks(const flx_gemm_job_t *job, flx_stats_t *stats)
{
    const flx_gemm_t *op = job->op;
    const flx_gemm_hints_t *hints = &job->hints;
    flx_team_t team = {.op = op, .a = job->a, .b = {.stored = job->b, .fill = hints->fill, .user = hints->fill_user}, .c = job->c, .largest = hints->largest,
                       .tile = flx_gemm_tile(job->kernel), .max_a = hints->max_a, .max_b = hints->max_b};
    const size_t all_panels = (op->m + FLX_TILE_ROWS - 1) / FLX_TILE_ROWS;
    team.panels = all_panels < BLOCK_PANELS ? all_panels : BLOCK_PANELS;
    const size_t group = BLOCK_PANELS / team.panels; /* sums of about BLOCK_PANELS tiles at a time, */
    team.group = group < GROUP_MIN ? GROUP_MIN : group > FLX_GROUP_MAX ? FLX_GROUP_MAX : group;
    const bool from_tensor = flx_conv_plan(op, hints->conv, team.group, &team.conv);
    const size_t pairs = from_tensor ? team.conv.depth : pairs_of(op);
    const flx_gemm_tile_fn tile_long = flx_gemm_tile_long(job->kernel), tile_pairwise = flx_gemm_tile_pairwise(job->kernel);
    if (tile_long != NULL && segments_are_short(&team, SHORT_PAIRS)) {
        team.is_long = true;
        team.tile = tile_long;
    } else if (tile_pairwise != NULL && flx_gemm_segment_least(team.max_a, team.max_b) >= 1 && segments_are_short(&team, SHORT_PAIRS_AVX2)) {
        team.is_pairwise = true;
        team.tile = tile_pairwise;
    } else if (team.largest == NULL && pairs <= FLX_BLOCK_PAIRS && flx_requant_takes_tile(op, op->exp_a + op->exp_b - op->exp_c)) {
        team.sum = flx_gemm_tile_sum(job->kernel);
    }
    team.block = team.is_long ? FLX_LONG_PAIRS : FLX_BLOCK_PAIRS;
    const unsigned threads = useful_threads(op, job->threads);
    return from_tensor ? multiply_tensor(&team, threads, stats) : multiply(&team, threads, stats);
}
