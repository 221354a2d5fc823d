/* flx_trace_read.c - reader of trace files; trusts nothing. Header: flx_trace.h, twin: cmodel/trace/flx_trace_write.c, docs/trace.md */
/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flx_json_integer.h"
#include "flx_npz.h"
#include "flx_text.h"
#include "flx/flx_trace.h"

enum { META_BYTES_MAX = 1 << 20, SHOWN = 48 };

/* The object of meta.json that is being read, and its name in messages: "", "expect." or "autoflex.". */
typedef struct flx_meta {
    const json_t *object;
    const char *prefix;
    flx_npz_error_t *error;
} flx_meta_t;

static bool wrong_value(const flx_meta_t *meta, const char *key, const json_t *value, const char *expected)
{
    if (value == NULL) return flx_npz_fail(meta->error, "meta.json: %s%s is missing, expected %s", meta->prefix, key, expected);
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
    flx_npz_fail(meta->error, "meta.json: %s%s is %.*s%s, expected %s", meta->prefix, key, SHOWN, text != NULL ? text : "?",
                 text != NULL && strlen(text) > SHOWN ? "..." : "", expected);
    free(text);
    return false;
}

static bool get_integer(const flx_meta_t *meta, const char *key, int64_t low, int64_t high, int64_t *out)
{
    const json_t *value = json_object_get(meta->object, key);
    if (flx_json_integer(value, low, high, out)) return true;
    char expected[80];
    snprintf(expected, sizeof expected, "an integer of %" PRId64 " to %" PRId64, low, high);
    return wrong_value(meta, key, value, expected);
}

static bool get_boolean(const flx_meta_t *meta, const char *key, bool *out)
{
    const json_t *value = json_object_get(meta->object, key);
    *out = json_is_true(value);
    return json_is_boolean(value) || wrong_value(meta, key, value, "true or false");
}

static bool is_text(const flx_meta_t *meta, const char *key, const char *expected)
{
    const json_t *value = json_object_get(meta->object, key);
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", expected);
    return (json_is_string(value) && strcmp(json_string_value(value), expected) == 0) || wrong_value(meta, key, value, quoted);
}

static bool get_rounding(const flx_meta_t *meta, flx_rounding_t *out)
{
    static const char *const names[] = {
#define FLX_ROUNDING(name, value, text, doc) [value] = text,
#include "def/flx_rounding.def"
#undef FLX_ROUNDING
    };
    const json_t *value = json_object_get(meta->object, "rounding");
    for (size_t i = 0; json_is_string(value) && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(json_string_value(value), names[i]) != 0) continue;
        *out = (flx_rounding_t)i;
        return true;
    }
    return wrong_value(meta, "rounding", value, "nearest_even, half_up, floor, toward_zero or stochastic");
}

static bool get_object(const flx_meta_t *meta, const char *key, const char *prefix, flx_meta_t *out)
{
    *out = (flx_meta_t){.object = json_object_get(meta->object, key), .prefix = prefix, .error = meta->error};
    return json_is_object(out->object) || wrong_value(meta, key, out->object, "an object");
}

static bool read_shape(const flx_meta_t *meta, flx_gemm_t *op)
{
    int64_t m, n, k, mant_bits, exp_bits, acc_bits;
    if (!is_text(meta, "format", "flexpoint-trace")) return false;
    int64_t version;
    if (!get_integer(meta, "version", 1, 1, &version) || !is_text(meta, "op", "gemm")) return false;
    if (!get_integer(meta, "m", 1, FLX_TRACE_ELEMENTS_MAX, &m) || !get_integer(meta, "n", 1, FLX_TRACE_ELEMENTS_MAX, &n) ||
        !get_integer(meta, "k", 1, FLX_TRACE_ELEMENTS_MAX, &k))
        return false;
    if (!get_boolean(meta, "trans_a", &op->trans_a) || !get_boolean(meta, "trans_b", &op->trans_b)) return false;
    if (!get_integer(meta, "mant_bits", FLX_MANT_BITS_MIN, FLX_MANT_BITS_MAX, &mant_bits) ||
        !get_integer(meta, "exp_bits", FLX_EXP_BITS_MIN, FLX_EXP_BITS_MAX, &exp_bits))
        return false;
    const int64_t acc_min = 2 * mant_bits > FLX_ACC_BITS_MIN ? 2 * mant_bits : FLX_ACC_BITS_MIN;
    if (!get_integer(meta, "acc_bits", acc_min, FLX_ACC_BITS_MAX, &acc_bits)) return false;
    op->m = (size_t)m;
    op->n = (size_t)n;
    op->k = (size_t)k;
    op->fmt = (flx_format_t){.mant_bits = (uint8_t)mant_bits, .exp_bits = (uint8_t)exp_bits, .acc_bits = (uint8_t)acc_bits};
    const struct { const char *names; int64_t elements; } member[] = {{"m * k", m * k}, {"k * n", k * n}, {"m * n", m * n}};
    for (size_t i = 0; i < 3; i++) {
        if (member[i].elements > FLX_TRACE_ELEMENTS_MAX)
            return flx_npz_fail(meta->error, "meta.json: %s is %" PRId64 ", expected at most %d", member[i].names, member[i].elements, FLX_TRACE_ELEMENTS_MAX);
    }
    return true;
}

static bool read_mode(const flx_meta_t *meta, flx_gemm_t *op)
{
    int64_t value;
    const int64_t exp_max = flx_exp_max(op->fmt);
    int32_t *const exps[] = {&op->exp_a, &op->exp_b, &op->exp_c};
    static const char *const names[] = {"exp_a", "exp_b", "exp_c"};
    for (size_t i = 0; i < 3; i++) {
        if (!get_integer(meta, names[i], 0, exp_max, &value)) return false;
        *exps[i] = (int32_t)value;
    }
    if (!get_rounding(meta, &op->rounding)) return false;
    if (op->rounding == FLX_ROUND_STOCHASTIC) {
        if (!get_integer(meta, "seed", 0, UINT32_MAX, &value)) return false;
        op->seed = (uint32_t)value;
    }
    if (!get_integer(meta, "chunk", 0, FLX_CHUNK_LENGTH, &value)) return false;
    if (value != 0 && value != FLX_CHUNK_LENGTH) return wrong_value(meta, "chunk", json_object_get(meta->object, "chunk"), "0 or 32");
    op->chunk = (uint32_t)value;
    op->lanes = FLX_LANES_DEFAULT;
    if (json_object_get(meta->object, "lanes") == NULL) return true;
    if (!get_integer(meta, "lanes", 1, FLX_CHUNK_LENGTH, &value)) return false;
    if ((value & (value - 1)) != 0) return wrong_value(meta, "lanes", json_object_get(meta->object, "lanes"), "a power of two");
    op->lanes = (uint32_t)value;
    return true;
}

static bool read_expect(const flx_meta_t *meta, flx_trace_t *trace)
{
    flx_meta_t expect;
    int64_t gamma, saturated, exp_next;
    if (!get_object(meta, "expect", "expect.", &expect)) return false;
    const flx_gemm_t *op = &trace->op;
    if (!get_integer(&expect, "gamma", 0, (int64_t)1 << (op->fmt.mant_bits - 1), &gamma) ||
        !get_boolean(&expect, "overflow", &trace->expect.overflow) ||
        !get_integer(&expect, "saturated", 0, (int64_t)(op->m * op->n), &saturated))
        return false;
    trace->expect.gamma = (uint32_t)gamma;
    trace->expect.saturated = (uint32_t)saturated;
    if (json_object_get(expect.object, "exp_next") == NULL) return true;
    if (!get_integer(&expect, "exp_next", 0, flx_exp_max(op->fmt), &exp_next)) return false;
    if (!trace->has_autoflex) return flx_npz_fail(meta->error, "meta.json: autoflex is missing, expected an object because expect.exp_next is given");
    trace->has_exp_next = true;
    trace->exp_next = (int32_t)exp_next;
    return true;
}

static bool read_history(const flx_meta_t *autoflex, flx_trace_t *trace)
{
    const json_t *history = json_object_get(autoflex->object, "history");
    if (!json_is_array(history)) return wrong_value(autoflex, "history", history, "a list of [G, e] pairs");
    const size_t count = json_array_size(history);
    if (count > trace->autoflex_cfg.window)
        return flx_npz_fail(autoflex->error, "meta.json: autoflex.history has %zu entries, expected at most window, %u", count, trace->autoflex_cfg.window);
    const int64_t gamma_max = (int64_t)1 << trace->op.fmt.mant_bits, exp_max = flx_exp_max(trace->op.fmt);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(history, i);
        int64_t gamma, exp;
        char key[32], expected[80];
        snprintf(key, sizeof key, "history[%zu]", i);
        snprintf(expected, sizeof expected, "[G, e] with G of 0 to %" PRId64 " and e of 0 to %" PRId64, gamma_max, exp_max);
        if (json_array_size(pair) != 2 || !flx_json_integer(json_array_get(pair, 0), 0, gamma_max, &gamma) || !flx_json_integer(json_array_get(pair, 1), 0, exp_max, &exp))
            return wrong_value(autoflex, key, pair, expected);
        trace->autoflex.phi[i] = (flx_phi_t){.gamma = (uint32_t)gamma, .exp = (uint32_t)exp};
    }
    trace->autoflex.count = (uint32_t)count;
    return true;
}

static bool read_autoflex(const flx_meta_t *meta, flx_trace_t *trace)
{
    flx_meta_t autoflex;
    int64_t alpha, beta, gamma, window;
    if (json_object_get(meta->object, "autoflex") == NULL) return true;
    if (!get_object(meta, "autoflex", "autoflex.", &autoflex)) return false;
    const json_t *profile = json_object_get(autoflex.object, "profile");
    const char *name = json_is_string(profile) ? json_string_value(profile) : "";
    const bool code = strcmp(name, "code") == 0;
    if (!code && strcmp(name, "paper") != 0) return wrong_value(&autoflex, "profile", profile, "\"paper\" or \"code\"");
    if (!get_integer(&autoflex, "alpha", 1, FLX_ALPHA_MAX, &alpha) || !get_integer(&autoflex, "beta", 0, FLX_BETA_MAX, &beta) ||
        !get_integer(&autoflex, "gamma", 0, FLX_GAMMA_MAX, &gamma) || !get_integer(&autoflex, "window", 1, FLX_WINDOW_MAX, &window))
        return false;
    trace->has_autoflex = true;
    trace->autoflex_cfg = (flx_autoflex_cfg_t){.profile = code ? FLX_PROFILE_CODE : FLX_PROFILE_PAPER, .alpha = (uint32_t)alpha,
                                               .beta = (uint32_t)beta, .gamma = (uint32_t)gamma, .window = (uint32_t)window};
    trace->autoflex.state = FLX_AF_RUN;
    return read_history(&autoflex, trace);
}

/* Free-form: what is not a string or a number is taken as absent. */
static void get_free_text(const json_t *source, const char *key, char out[FLX_TRACE_SOURCE_BYTES])
{
    const json_t *value = json_object_get(source, key);
    char number[FLX_TEXT_REAL_BYTES];
    if (json_is_integer(value)) snprintf(out, FLX_TRACE_SOURCE_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else flx_text_plain(json_is_string(value) ? json_string_value(value) : json_is_real(value) ? flx_text_real(json_real_value(value), number) : "", out, FLX_TRACE_SOURCE_BYTES);
}

static int64_t get_free_number(const json_t *source, const char *key)
{
    int64_t number;
    return flx_json_integer(json_object_get(source, key), 0, INT64_MAX, &number) ? number : -1;
}

static void read_source(const json_t *root, flx_trace_source_t *out)
{
    const json_t *source = json_object_get(root, "source");
    get_free_text(source, "network", out->network);
    get_free_text(source, "dataset", out->dataset);
    get_free_text(source, "layer", out->layer);
    get_free_text(source, "pass", out->pass);
    out->iteration = get_free_number(source, "iteration");
    out->images = get_free_number(source, "images");
}

/* Read twice: jansson leaves out a character that its buffer cannot grow for, and says nothing. */
static json_t *parse(const char *text, size_t size, flx_npz_error_t *error)
{
    json_error_t at, unused;
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &at), *again = json_loadb(text, size, JSON_REJECT_DUPLICATES, &unused);
    const bool same = root != NULL && again != NULL && json_equal(root, again);
    json_decref(again);
    if (same) return root;
    if (root == NULL && at.text[0] != '\0') flx_npz_fail(error, "meta.json: line %d: %s, expected a JSON object", at.line, at.text);
    else flx_npz_fail(error, "meta.json: out of memory");
    json_decref(root);
    return NULL;
}

static bool read_meta(zip_t *zip, flx_trace_t *trace, flx_npz_error_t *error)
{
    size_t size;
    char *text = (char *)flx_npz_member(zip, "meta.json", 2, META_BYTES_MAX, &size, error);
    if (text == NULL) return false;
    json_t *root = parse(text, size, error);
    free(text);
    if (root == NULL) return false;
    const flx_meta_t meta = {.object = root, .prefix = "", .error = error};
    bool ok = json_is_object(root) || flx_npz_fail(error, "meta.json: expected a JSON object");
    ok = ok && read_shape(&meta, &trace->op) && read_mode(&meta, &trace->op) && read_autoflex(&meta, trace) && read_expect(&meta, trace);
    if (ok) read_source(root, &trace->source);
    json_decref(root);
    return ok;
}

static int16_t *read_mantissas(zip_t *zip, const char *member, size_t rows, size_t cols, flx_format_t fmt, flx_npz_error_t *error)
{
    int16_t *array = flx_npz_array(zip, member, rows, cols, error);
    for (size_t i = 0; array != NULL && i < rows * cols; i++) {
        if (array[i] >= flx_mant_min(fmt) && array[i] <= flx_mant_max(fmt)) continue;
        flx_npz_fail(error, "%s: element [%zu,%zu] is %d, expected a mantissa of %d to %d", member, i / cols, i % cols, array[i], flx_mant_min(fmt),
                     flx_mant_max(fmt));
        free(array);
        array = NULL;
    }
    return array;
}

static bool depth_fits(const flx_trace_t *trace, flx_npz_error_t *error)
{
    const flx_gemm_t *op = &trace->op;
    const uint32_t g_a = flx_stats_largest(trace->a, op->m * op->k), g_b = flx_stats_largest(trace->b, op->k * op->n);
    return flx_depth_fits(op->fmt, op->k, g_a, g_b) ||
           flx_npz_fail(error, "meta.json: k is %zu with mantissas of up to %u and %u, expected a product below 2^%d, which an accumulator of %d bits holds",
                        op->k, g_a, g_b, op->fmt.acc_bits - 1, op->fmt.acc_bits);
}

static int read_zip(zip_t *zip, flx_trace_t *trace, flx_npz_error_t *error)
{
    const flx_gemm_t *op = &trace->op;
    bool ok = read_meta(zip, trace, error);
    ok = ok && (trace->a = read_mantissas(zip, "a.npy", op->trans_a ? op->k : op->m, op->trans_a ? op->m : op->k, op->fmt, error)) != NULL;
    ok = ok && (trace->b = read_mantissas(zip, "b.npy", op->trans_b ? op->n : op->k, op->trans_b ? op->k : op->n, op->fmt, error)) != NULL;
    ok = ok && depth_fits(trace, error);
    ok = ok && (trace->c = read_mantissas(zip, "c.npy", op->m, op->n, op->fmt, error)) != NULL;
    zip_discard(zip);
    if (ok) return 0;
    flx_trace_free(trace);
    return -1;
}

int flx_trace_read(const char *path, flx_trace_t *trace, char *error)
{
    flx_npz_error_t out = {.name = path, .text = error, .size = FLX_TRACE_ERROR_BYTES};
    int code;
    *trace = (flx_trace_t){.a = NULL};
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (zip != NULL) return read_zip(zip, trace, &out);
    zip_error_t reason;
    zip_error_init_with_code(&reason, code);
    flx_npz_fail(&out, "cannot be opened as a zip archive: %s", zip_error_strerror(&reason));
    zip_error_fini(&reason);
    return -1;
}

int flx_trace_parse(const char *name, const void *bytes, size_t size, flx_trace_t *trace, char *error)
{
    flx_npz_error_t out = {.name = name, .text = error, .size = FLX_TRACE_ERROR_BYTES};
    zip_error_t reason;
    *trace = (flx_trace_t){.a = NULL};
    zip_error_init(&reason);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &reason);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &reason);
    if (zip == NULL) {
        if (source != NULL) zip_source_free(source);
        flx_npz_fail(&out, "cannot be opened as a zip archive: %s", zip_error_strerror(&reason));
        zip_error_fini(&reason);
        return -1;
    }
    zip_error_fini(&reason);
    return read_zip(zip, trace, &out);
}

void flx_trace_free(flx_trace_t *trace)
{
    free(trace->a);
    free(trace->b);
    free(trace->c);
    *trace = (flx_trace_t){.a = NULL};
}
