/* ns_library.c - a Liberty library understood. Header: ns_library.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_library.h"

#include <stdlib.h>
#include <string.h>

#include "ns_unit.h"

enum { HASH = 4096 };
typedef struct reader {
    ns_library_t *library;
    const ns_node_t *root;
    const char *path;
    double time_unit, cap_unit, volt_unit, leakage_unit;
    char *error;
    ns_cell_t *cell;         /* being read */
    ns_slice_t state[2];     /* its IQ and IQN */
} reader_t;

static uint32_t hash_of(const char *text, size_t length)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash % HASH;
}

static char *copy(reader_t *r, ns_slice_t slice)
{
    char *text = ns_arena_get(&r->library->arena, slice.length + 1);
    memcpy(text, slice.text, slice.length);
    return text;
}

static int bad(reader_t *r, const ns_node_t *node, const char *field, ns_slice_t is, const char *expected)
{
    const char *cell = r->cell != NULL ? r->cell->name : "library";
    return ns_fail(r->error, "%s:%d: %s: %s is \"%.*s\", expected %s", r->path, node->line, cell, field, (int)(is.length < 60 ? is.length : 60), is.text, expected);
}

/* "1ns", "100ps", (1, ff): factor to SI. */
static int unit(reader_t *r, const char *name, char letter, double *factor)
{
    const ns_node_t *node = ns_node_find(r->root->child, name);
    if (node == NULL) return ns_fail(r->error, "%s: %s is missing, expected it in the library", r->path, name);
    char text[64] = "";
    for (int i = 0; i < node->args; i++) {
        if (strlen(text) + node->arg[i].length >= sizeof text) return bad(r, node, name, node->arg[i], "a number and a unit");
        strncat(text, node->arg[i].text, node->arg[i].length);
    }
    if (ns_unit_parse(text, letter, factor)) return 0;
    return bad(r, node, name, node->args > 0 ? node->arg[0] : node->name, "a number and a unit");
}

/* Optional number of a group; the value stays when it is absent. */
static int number(reader_t *r, const ns_node_t *group, const char *name, double factor, double *value)
{
    const ns_node_t *node = ns_node_find(group->child, name);
    if (node == NULL) return 0;
    double x;
    if (node->args != 1 || !ns_slice_number(node->arg[0], &x)) return bad(r, node, name, node->args > 0 ? node->arg[0] : node->name, "a number");
    *value = x * factor;
    return 0;
}

static int variable(void *user, const char *name, size_t length)
{
    const reader_t *r = user;
    const ns_slice_t slice = {name, length, false};
    for (int i = 0; i < r->cell->pins; i++) {
        if (ns_slice_is(slice, r->cell->pin[i].name)) return i;
    }
    for (int i = 0; i < 2; i++) {
        if (r->state[i].length != 0 && ns_slice_same(slice, r->state[i])) return r->cell->pins + i;
    }
    return -1;
}

/* Optional expression of a group. */
static int expression(reader_t *r, const ns_node_t *group, const char *name, ns_expr_t *expr)
{
    const ns_node_t *node = ns_node_find(group->child, name);
    if (node == NULL || node->args != 1) return 0;
    char why[NS_ERROR_BYTES];
    if (ns_expr_compile(expr, node->arg[0].text, node->arg[0].length, variable, r, &r->library->arena, why) == 0) return 0;
    return ns_fail(r->error, "%.200s:%d: %.60s: %s %.200s", r->path, node->line, r->cell->name, name, why);
}

static int curve(reader_t *r, const ns_node_t *group, const char *name, double value_unit, ns_curve_t *out)
{
    const ns_node_t *node = ns_node_find(group->child, name);
    if (node == NULL) return 0;
    const ns_scale_t scale = {.path = r->path, .library = r->root, .slew_unit = r->time_unit, .load_unit = r->cap_unit, .value_unit = value_unit,
                              .slew = r->library->slew};
    return ns_curve_read(out, node, &scale, &r->library->arena, r->error);
}

/* The condition of a power or leakage group: over pins only, so that it can be told from nets. */
static int condition(reader_t *r, const ns_node_t *group, ns_expr_t *when)
{
    if (expression(r, group, "when", when) != 0) return -1;
    for (int i = 0; i < when->length; i++) {
        if (when->code[i] == r->cell->pins || when->code[i] == r->cell->pins + 1)
            return bad(r, ns_node_find(group->child, "when"), "when", ns_node_value(group, "when"), "pins only");
    }
    return 0;
}

/* Calls each(r, pin, group, related) for every pin that related_pin names, or once with NS_NO_PIN. */
static int for_related(reader_t *r, ns_pin_t *pin, const ns_node_t *group, int (*each)(reader_t *, ns_pin_t *, const ns_node_t *, int))
{
    const ns_node_t *node = ns_node_find(group->child, "related_pin");
    if (node == NULL) return each(r, pin, group, NS_NO_PIN);
    const char *at = node->args > 0 ? node->arg[0].text : "";
    const char *end = at + (node->args > 0 ? node->arg[0].length : 0);
    while (at < end) {
        while (at < end && (*at == ' ' || *at == ',' || *at == '\t')) at++;
        const char *first = at;
        while (at < end && *at != ' ' && *at != ',' && *at != '\t') at++;
        if (at == first) break;
        const ns_slice_t name = {first, (size_t)(at - first), false};
        const int related = variable(r, name.text, name.length);
        if (related < 0 || related >= r->cell->pins) return bad(r, node, "related_pin", name, "a pin of the cell");
        if (each(r, pin, group, related) != 0) return -1;
    }
    return 0;
}

static bool same_expr(const ns_expr_t *x, const ns_expr_t *y)
{
    return x->length == y->length && (x->length == 0 || memcmp(x->code, y->code, x->length) == 0);
}

/* Groups of one pin, input and condition add up: libraries split them by supply pin. */
static int add_power(reader_t *r, ns_pin_t *pin, const ns_node_t *group, int related)
{
    const double energy = r->cap_unit * r->volt_unit * r->volt_unit;
    ns_power_t power = {.related = related};
    if (condition(r, group, &power.when) != 0) return -1;
    const bool both = ns_node_find(group->child, "power") != NULL;
    if (curve(r, group, both ? "power" : "rise_power", energy, &power.rise) != 0) return -1;
    if (curve(r, group, both ? "power" : "fall_power", energy, &power.fall) != 0) return -1;
    ns_power_t **at = &pin->power;
    while (*at != NULL && !((*at)->related == related && same_expr(&(*at)->when, &power.when))) at = &(*at)->next;
    if (*at == NULL) {
        /* What holds always stands behind what has a condition: the first that matches counts. */
        if (power.when.code != NULL)
            for (at = &pin->power; *at != NULL && (*at)->when.code != NULL;) at = &(*at)->next;
        power.next = *at;
        *at = ns_arena_get(&r->library->arena, sizeof power);
        **at = power;
    } else {
        ns_curve_add(&(*at)->rise, &power.rise, &r->library->arena);
        ns_curve_add(&(*at)->fall, &power.fall, &r->library->arena);
    }
    r->cell->has_power = true;
    return 0;
}

static int add_delay(reader_t *r, ns_pin_t *pin, const ns_node_t *group, int related)
{
    ns_curve_t rise = {.points = 0};
    ns_curve_t fall = {.points = 0};
    if (related == NS_NO_PIN) return 0;
    if (curve(r, group, "cell_rise", r->time_unit, &rise) != 0 || curve(r, group, "cell_fall", r->time_unit, &fall) != 0) return -1;
    ns_delay_t **at = &pin->delay;
    while (*at != NULL && (*at)->related != related) at = &(*at)->next;
    if (*at == NULL) {
        *at = ns_arena_get(&r->library->arena, sizeof **at);
        (*at)->related = related;
    }
    (*at)->rises += rise.points > 0;
    (*at)->falls += fall.points > 0;
    ns_curve_add(&(*at)->rise, &rise, &r->library->arena);
    ns_curve_add(&(*at)->fall, &fall, &r->library->arena);
    return 0;
}

static int read_pin(reader_t *r, ns_pin_t *pin, const ns_node_t *group)
{
    double value = 0.0;
    if (number(r, r->root, pin->output ? "default_output_pin_cap" : "default_input_pin_cap", r->cap_unit, &value) != 0) return -1;
    if (number(r, group, "capacitance", r->cap_unit, &value) != 0) return -1;
    pin->cap = value;
    if (pin->output && expression(r, group, "function", &pin->function) != 0) return -1;
    for (const ns_node_t *node = group->child; node != NULL; node = node->next) {
        if (node->kind != NS_GROUP) continue;
        if (ns_slice_is(node->name, "internal_power") && for_related(r, pin, node, add_power) != 0) return -1;
        if (pin->output && ns_slice_is(node->name, "timing") && for_related(r, pin, node, add_delay) != 0) return -1;
    }
    for (ns_delay_t *d = pin->delay; d != NULL; d = d->next) {
        for (int i = 0; i < d->rise.points; i++) d->rise.value[i] /= d->rises;
        for (int i = 0; i < d->fall.points; i++) d->fall.value[i] /= d->falls;
    }
    return 0;
}

/* The supply that a leakage group names, a new one if it is the first to. */
static ns_supply_t *supply_of(reader_t *r, const ns_node_t *group)
{
    ns_slice_t name = ns_node_value(group, "related_pg_pin");
    if (name.length == 0) name = ns_node_value(group, "power_level");
    ns_supply_t **at = &r->cell->supply;
    while (*at != NULL && !ns_slice_is(name, (*at)->name)) at = &(*at)->next;
    if (*at == NULL) {
        *at = ns_arena_get(&r->library->arena, sizeof **at);
        (*at)->name = copy(r, name);
    }
    return *at;
}

static int add_leakage(reader_t *r, const ns_node_t *group)
{
    ns_leakage_t state = {.watt = 0.0};
    if (number(r, group, "value", r->leakage_unit, &state.watt) != 0 || condition(r, group, &state.when) != 0) return -1;
    ns_supply_t *supply = supply_of(r, group);
    if (state.when.code == NULL) {
        if (supply->plain) return bad(r, group, "leakage_power without when", ns_node_value(group, "value"), "one for each supply");
        supply->watt = state.watt;
        supply->plain = true;
        return 0;
    }
    ns_leakage_t **tail = &supply->state;
    while (*tail != NULL) tail = &(*tail)->next;
    *tail = ns_arena_get(&r->library->arena, sizeof state);
    **tail = state;
    return 0;
}

/* States that no group names: the supply's group without when; else, of an only supply, cell_leakage_power; else the mean of its states. */
static int read_leakage(reader_t *r, const ns_node_t *group)
{
    ns_cell_t *cell = r->cell;
    for (const ns_node_t *node = group->child; (node = ns_node_find(node, "leakage_power")) != NULL; node = node->next) {
        if (node->kind == NS_GROUP && add_leakage(r, node) != 0) return -1;
    }
    const bool whole = ns_node_find(group->child, "cell_leakage_power") != NULL;
    cell->has_power = whole || cell->supply != NULL;
    if (cell->supply == NULL && whole) cell->supply = ns_arena_get(&r->library->arena, sizeof *cell->supply);
    const bool alone = cell->supply != NULL && cell->supply->next == NULL;
    for (ns_supply_t *s = cell->supply; s != NULL; s = s->next) {
        if (s->plain) continue;
        double sum = 0.0, count = 0.0;
        for (const ns_leakage_t *state = s->state; state != NULL; state = state->next, count++) sum += state->watt;
        s->watt = count > 0.0 ? sum / count : 0.0;
        if (alone && number(r, group, "cell_leakage_power", r->leakage_unit, &s->watt) != 0) return -1;
    }
    return 0;
}

static void odd(ns_cell_t *cell, const char *what)
{
    cell->kind = NS_OTHER;
    if (cell->odd == NULL) cell->odd = what;
}

/* The clock must be one pin or its inverse: that is what the simulators can clock. */
static int read_flip_flop(reader_t *r, const ns_node_t *ff)
{
    ns_cell_t *cell = r->cell;
    if (expression(r, ff, "next_state", &cell->next_state) != 0 || expression(r, ff, "clocked_on", &cell->clocked_on) != 0 ||
        expression(r, ff, "clear", &cell->clear) != 0 || expression(r, ff, "preset", &cell->preset) != 0)
        return -1;
    if (cell->next_state.code == NULL || cell->clocked_on.code == NULL)
        return ns_fail(r->error, "%s:%d: %s: ff has no next_state or no clocked_on, expected both", r->path, ff->line, cell->name);
    cell->clock_pin = cell->clocked_on.code[0];
    cell->falling = cell->clocked_on.length == 2;
    cell->kind = NS_FLIP_FLOP;
    if (cell->clocked_on.length > 2 || cell->clock_pin >= cell->pins) odd(cell, "a clocked_on of several pins");
    if (ns_node_find(ff->child, "clocked_on_also") != NULL) odd(cell, "clocked_on_also");
    if (cell->clear.code == NULL || cell->preset.code == NULL) return 0;
    for (int i = 0; i < 2; i++) {
        const ns_slice_t both = ns_node_value(ff, i == 0 ? "clear_preset_var1" : "clear_preset_var2");
        cell->both[i] = both.length == 1 ? both.text[0] : 'X';
        if (strchr("LHNT", cell->both[i]) == NULL && (i == 0 || r->state[1].length != 0)) odd(cell, i == 0 ? "no clear_preset_var1 of L, H, N or T" : "no clear_preset_var2 of L, H, N or T");
    }
    return 0;
}

static int read_cell(reader_t *r, const ns_node_t *group)
{
    if (group->args != 1) return ns_fail(r->error, "%s:%d: cell has %d names, expected one", r->path, group->line, group->args);
    ns_cell_t *cell = ns_arena_get(&r->library->arena, sizeof *cell);
    cell->name = copy(r, group->arg[0]);
    r->cell = cell;
    r->state[0] = r->state[1] = (ns_slice_t){"", 0, false};
    const ns_node_t *ff = NULL;
    for (const ns_node_t *node = group->child; node != NULL; node = node->next) {
        if (node->kind != NS_GROUP) continue;
        if (ns_slice_is(node->name, "pin")) cell->pins += node->args;
        const bool latch = ns_slice_is(node->name, "latch");
        if (ns_slice_is(node->name, "ff")) ff = node;
        if (latch || ns_slice_is(node->name, "statetable") || ns_slice_is(node->name, "bus") || ns_slice_is(node->name, "bundle") ||
            ns_slice_is(node->name, "ff_bank") || ns_slice_is(node->name, "latch_bank"))
            odd(cell, copy(r, node->name));
        if (node == ff && ff != ns_node_find(group->child, "ff")) odd(cell, "a second ff");
        if ((latch || node == ff || ns_slice_is(node->name, "statetable")))
            for (int i = 0; i < 2 && i < node->args; i++) r->state[i] = node->arg[i];
    }
    if (cell->pins + 2 > NS_EXPR_VARIABLES) return ns_fail(r->error, "%s:%d: %s: cell has %d pins, expected at most %d", r->path, group->line, cell->name, cell->pins, NS_EXPR_VARIABLES - 2);
    cell->pin = ns_arena_get(&r->library->arena, (size_t)(cell->pins + 1) * sizeof *cell->pin);
    const ns_node_t *where[NS_EXPR_VARIABLES];
    int count = 0;
    for (const ns_node_t *node = group->child; (node = ns_node_find(node, "pin")) != NULL; node = node->next) {
        for (int i = 0; node->kind == NS_GROUP && i < node->args; i++) {
            const ns_slice_t direction = ns_node_value(node, "direction");
            const bool output = ns_slice_is(direction, "output"), other = ns_slice_is(direction, "inout") || ns_slice_is(direction, "internal");
            if (!output && !other && !ns_slice_is(direction, "input")) return bad(r, node, "direction", direction, "input, output, inout or internal");
            if (other) odd(cell, "a pin that is inout or internal");
            if (ns_node_find(node->child, "three_state") != NULL) odd(cell, "three_state");
            cell->pin[count] = (ns_pin_t){.name = copy(r, node->arg[i]), .output = output};
            where[count++] = node;
        }
    }
    if (number(r, group, "area", 1.0, &cell->area) != 0 || read_leakage(r, group) != 0) return -1;
    for (int i = 0; cell->kind != NS_OTHER && i < count; i++) {
        if (read_pin(r, &cell->pin[i], where[i]) != 0) return -1;
        for (ns_power_t *power = cell->pin[i].power; power != NULL; power = power->next) power->index = cell->powers++;
    }
    if (ff != NULL && cell->kind != NS_OTHER && read_flip_flop(r, ff) != 0) return -1;
    if (ns_library_find(r->library, cell->name) != NULL) return ns_fail(r->error, "%s:%d: cell %s is there twice, expected one", r->path, group->line, cell->name);
    ns_cell_t **bucket = &r->library->hash[hash_of(cell->name, strlen(cell->name))];
    cell->hash_next = *bucket;
    *bucket = cell;
    r->library->cells++;
    r->cell = NULL;
    return 0;
}

static int voltage(reader_t *r)
{
    double volt = 0.0;
    if (number(r, r->root, "nom_voltage", r->volt_unit, &volt) != 0) return -1;
    const ns_slice_t corner = ns_node_value(r->root, "default_operating_conditions");
    for (const ns_node_t *node = r->root->child; (node = ns_node_find(node, "operating_conditions")) != NULL; node = node->next) {
        const bool chosen = node->kind == NS_GROUP && node->args == 1 && (corner.length == 0 || ns_slice_same(corner, node->arg[0]));
        if (chosen && number(r, node, "voltage", r->volt_unit, &volt) != 0) return -1;
    }
    if (!(volt > 0.0)) return ns_fail(r->error, "%s: voltage is missing, expected nom_voltage or operating_conditions", r->path);
    r->library->volt = volt;
    return 0;
}

static int understand(reader_t *r)
{
    if (unit(r, "time_unit", 's', &r->time_unit) != 0 || unit(r, "capacitive_load_unit", 'f', &r->cap_unit) != 0 ||
        unit(r, "voltage_unit", 'v', &r->volt_unit) != 0 || unit(r, "leakage_power_unit", 'w', &r->leakage_unit) != 0 || voltage(r) != 0)
        return -1;
    for (const ns_node_t *node = r->root->child; (node = ns_node_find(node, "cell")) != NULL; node = node->next) {
        if (node->kind == NS_GROUP && read_cell(r, node) != 0) return -1;
    }
    if (r->library->cells == 0) return ns_fail(r->error, "%s: library has no cell, expected some", r->path);
    return 0;
}

int ns_library_parse(ns_library_t *library, const char *path, const char *text, size_t size, double slew, char *error)
{
    *library = (ns_library_t){.slew = slew};
    library->hash = ns_arena_get(&library->arena, HASH * sizeof(ns_cell_t *));
    ns_arena_t tree = {.block = NULL};
    reader_t r = {.library = library, .path = path, .error = error, .root = ns_tree_parse(path, text, size, &tree, error)};
    int status = r.root == NULL ? -1 : 0;
    if (status == 0) {
        library->name = r.root->args > 0 ? copy(&r, r.root->arg[0]) : "";
        status = understand(&r);
    }
    ns_arena_free(&tree);
    return status;
}

int ns_library_read(ns_library_t *library, const char *path, double slew, char *error)
{
    size_t size;
    *library = (ns_library_t){.slew = slew};
    char *text = ns_read_file(path, &size, error);
    if (text == NULL) return -1;
    const int status = ns_library_parse(library, path, text, size, slew, error);
    free(text);
    return status;
}

const ns_cell_t *ns_library_find(const ns_library_t *library, const char *name)
{
    const ns_cell_t *cell = library->hash[hash_of(name, strlen(name))];
    while (cell != NULL && strcmp(cell->name, name) != 0) cell = cell->hash_next;
    return cell;
}

int ns_cell_pin(const ns_cell_t *cell, const char *name)
{
    for (int i = 0; i < cell->pins; i++) {
        if (strcmp(cell->pin[i].name, name) == 0) return i;
    }
    return -1;
}

void ns_library_free(ns_library_t *library)
{
    ns_arena_free(&library->arena);
    *library = (ns_library_t){.cells = 0};
}
