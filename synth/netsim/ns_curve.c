/* ns_curve.c - a Liberty lookup table at one input slew. Header: ns_curve.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_curve.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AXIS_MAX = 64, VALUES_MAX = AXIS_MAX * AXIS_MAX };
typedef enum axis_kind { AXIS_NONE, AXIS_SLEW, AXIS_LOAD } axis_kind_t;

bool ns_slice_number(ns_slice_t slice, double *value)
{
    char text[64];
    if (slice.length == 0 || slice.length >= sizeof text) return false;
    memcpy(text, slice.text, slice.length);
    text[slice.length] = '\0';
    char *end;
    *value = strtod(text, &end);
    while (isspace((unsigned char)*end)) end++;
    return end != text && *end == '\0' && isfinite(*value);
}

/* All numbers of an attribute's strings: [count] of at most max. -1 with error. */
static int numbers(const ns_node_t *node, const ns_scale_t *scale, double *out, int max, char *error)
{
    int count = 0;
    for (int i = 0; i < node->args; i++) {
        const char *at = node->arg[i].text;
        const char *end = at + node->arg[i].length;
        while (at < end) {
            const char *first = at;
            while (at < end && *at != ',' && !(isspace((unsigned char)*at) && at > first)) at++;
            const char *start = first;
            while (start < at && (isspace((unsigned char)*start) || *start == '\\')) start++;
            if (at > start) {
                const ns_slice_t slice = {start, (size_t)(at - start), false};
                if (count == max) return ns_fail(error, "%s:%d: %.*s has more than %d numbers", scale->path, node->line, (int)node->name.length, node->name.text, max);
                if (!ns_slice_number(slice, &out[count++]))
                    return ns_fail(error, "%s:%d: %.*s is \"%.*s\", expected numbers", scale->path, node->line, (int)node->name.length, node->name.text,
                                   (int)(slice.length < 40 ? slice.length : 40), slice.text);
            }
            if (at < end) at++;
        }
    }
    return count;
}

static axis_kind_t axis_kind(ns_slice_t variable)
{
    if (ns_slice_is(variable, "input_net_transition") || ns_slice_is(variable, "input_transition_time")) return AXIS_SLEW;
    if (ns_slice_is(variable, "total_output_net_capacitance")) return AXIS_LOAD;
    return AXIS_NONE;
}

static const ns_node_t *template_of(const ns_node_t *table, const ns_node_t *library)
{
    if (table->args != 1 || ns_slice_is(table->arg[0], "scalar")) return NULL;
    for (const ns_node_t *node = library->child; node != NULL; node = node->next) {
        if (node->kind == NS_GROUP && node->args == 1 && ns_slice_same(node->arg[0], table->arg[0]) &&
            (ns_slice_is(node->name, "lu_table_template") || ns_slice_is(node->name, "power_lut_template")))
            return node;
    }
    return NULL;
}

typedef struct axis {
    axis_kind_t kind;
    int points;
    double at[AXIS_MAX]; /* SI */
} axis_t;

static int read_axis(axis_t *axis, const ns_node_t *table, const ns_node_t *template, const char *index, const char *variable,
                     const ns_scale_t *scale, char *error)
{
    *axis = (axis_t){.points = 1};
    const ns_slice_t name = template != NULL ? ns_node_value(template, variable) : (ns_slice_t){"", 0, false};
    const ns_node_t *node = ns_node_find(table->child, index);
    if (name.length == 0) {
        if (node != NULL) return ns_fail(error, "%s:%d: %s has no %s in a template, expected its meaning", scale->path, node->line, index, variable);
        return 0;
    }
    axis->kind = axis_kind(name);
    if (axis->kind == AXIS_NONE)
        return ns_fail(error, "%s:%d: %s is %.*s, expected an input transition or total_output_net_capacitance", scale->path, template->line, variable,
                       (int)(name.length < 60 ? name.length : 60), name.text);
    if (node == NULL) node = ns_node_find(template->child, index);
    if (node == NULL) return ns_fail(error, "%s:%d: %s is missing, expected it in the table or its template", scale->path, table->line, index);
    axis->points = numbers(node, scale, axis->at, AXIS_MAX, error);
    if (axis->points < 0) return -1;
    if (axis->points == 0) return ns_fail(error, "%s:%d: %s is empty, expected numbers", scale->path, node->line, index);
    for (int i = 0; i < axis->points; i++) {
        axis->at[i] *= axis->kind == AXIS_SLEW ? scale->slew_unit : scale->load_unit;
        if (i > 0 && !(axis->at[i] > axis->at[i - 1])) return ns_fail(error, "%s:%d: %s does not rise", scale->path, node->line, index);
    }
    return 0;
}

/* Interval of x among at[points] (points >= 2) and the place inside it. */
static int interval(const double *at, int points, double x, double *part)
{
    int i = 0;
    while (i < points - 2 && x > at[i + 1]) i++;
    *part = (x - at[i]) / (at[i + 1] - at[i]);
    return i;
}

int ns_curve_read(ns_curve_t *curve, const ns_node_t *table, const ns_scale_t *scale, ns_arena_t *arena, char *error)
{
    const ns_node_t *values = ns_node_find(table->child, "values");
    if (values == NULL) return ns_fail(error, "%s:%d: values is missing, expected a table", scale->path, table->line);
    const ns_node_t *template = template_of(table, scale->library);
    if (template != NULL && ns_node_value(template, "variable_3").length != 0)
        return ns_fail(error, "%s:%d: table has three variables, expected at most two", scale->path, table->line);
    double value[VALUES_MAX];
    axis_t axis[2];
    if (read_axis(&axis[0], table, template, "index_1", "variable_1", scale, error) != 0) return -1;
    if (read_axis(&axis[1], table, template, "index_2", "variable_2", scale, error) != 0) return -1;
    const int expected = axis[0].points * axis[1].points;
    const int count = numbers(values, scale, value, VALUES_MAX, error);
    if (count < 0) return -1;
    if (count != expected || (axis[0].kind == axis[1].kind && axis[0].kind != AXIS_NONE))
        return ns_fail(error, "%s:%d: values has %d numbers, expected %d", scale->path, values->line, count, expected);
    const int load_axis = axis[0].kind == AXIS_LOAD ? 0 : axis[1].kind == AXIS_LOAD ? 1 : -1;
    const int slew_axis = axis[0].kind == AXIS_SLEW ? 0 : axis[1].kind == AXIS_SLEW ? 1 : -1;
    const int points = load_axis >= 0 ? axis[load_axis].points : 1;
    *curve = (ns_curve_t){.points = points, .load = ns_arena_get(arena, (size_t)points * sizeof(double)), .value = ns_arena_get(arena, (size_t)points * sizeof(double))};
    for (int i = 0; i < points; i++) {
        if (load_axis >= 0) curve->load[i] = axis[load_axis].at[i];
        const int load_step = load_axis == 0 ? axis[1].points : 1;
        const int slew_step = slew_axis == 0 ? axis[1].points : 1;
        double part = 0.0;
        int j = 0;
        const bool along = slew_axis >= 0 && axis[slew_axis].points > 1;
        if (along) j = interval(axis[slew_axis].at, axis[slew_axis].points, scale->slew, &part);
        const double low = value[i * load_step + j * slew_step];
        const double high = along ? value[i * load_step + (j + 1) * slew_step] : low;
        curve->value[i] = (low + part * (high - low)) * scale->value_unit;
    }
    return 0;
}

double ns_curve_at(const ns_curve_t *curve, double load)
{
    if (curve->points == 0) return 0.0;
    if (curve->points == 1) return curve->value[0];
    double part;
    const int i = interval(curve->load, curve->points, load, &part);
    return curve->value[i] + part * (curve->value[i + 1] - curve->value[i]);
}

void ns_curve_add(ns_curve_t *sum, const ns_curve_t *other, ns_arena_t *arena)
{
    if (other->points == 0) return;
    const ns_curve_t base = sum->points > 1 ? *sum : *other;
    ns_curve_t out = {.points = base.points, .load = base.load, .value = ns_arena_get(arena, (size_t)base.points * sizeof(double))};
    for (int i = 0; i < base.points; i++) out.value[i] = ns_curve_at(sum, base.load[i]) + ns_curve_at(other, base.load[i]);
    *sum = out;
}
