/* ns_netlist.c - a mapped design as flat cells and nets. Header: ns_netlist.h */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ns_netlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 1024, NESTING_MAX = 32 };
static const uint32_t no_net = UINT32_MAX;

typedef struct reader {
    ns_netlist_t *netlist;
    const ns_library_t *library;
    const ns_groups_t *groups;
    const char *path;
    const json_t *modules;
    char *error;
    uint32_t *alias; /* [nets] another name of the net, smaller or itself */
    uint32_t insts_room, pins_room, rams_room, nets_room;
    int nesting;
} reader_t;

/* A module being flattened: its bits' nets, and names for the report. */
typedef struct scope {
    const char *module, *path; /* path: "", or "u_x.u_y." */
    uint32_t *net;             /* [bits] by the file's bit number */
    const char **name;         /* [bits] of the net, "" if only the tool named it */
    size_t bits;
} scope_t;

static uint32_t *grow_to(uint32_t *array, uint32_t *room, uint32_t count)
{
    if (count <= *room) return array;
    *room = count + count / 2 + 1024;
    return ns_grow(array, *room * sizeof *array);
}

static uint32_t new_net(reader_t *r)
{
    r->alias = grow_to(r->alias, &r->nets_room, r->netlist->nets + 1);
    r->alias[r->netlist->nets] = r->netlist->nets;
    return r->netlist->nets++;
}

static uint32_t root_of(reader_t *r, uint32_t net)
{
    while (r->alias[net] != net) net = r->alias[net] = r->alias[r->alias[net]];
    return net;
}

/* A module's port that is a constant or another port: two nets are one. False for two constants. */
static bool merge(reader_t *r, uint32_t x, uint32_t y)
{
    x = root_of(r, x);
    y = root_of(r, y);
    if (x > y) r->alias[x] = y;
    else r->alias[y] = x;
    return x == y || x > NS_NET_1 || y > NS_NET_1;
}

static int bit_net(reader_t *r, scope_t *s, const json_t *bit, const char *where, uint32_t *net)
{
    if (json_is_string(bit)) {
        *net = strcmp(json_string_value(bit), "1") == 0 ? NS_NET_1 : NS_NET_0;
        return 0;
    }
    const json_int_t number = json_is_integer(bit) ? json_integer_value(bit) : -1;
    if (number < 0 || (size_t)number >= s->bits)
        return ns_fail(r->error, "%s: module %s: %s has a bit that is not a net of the module", r->path, s->module, where);
    if (s->net[number] == no_net) s->net[number] = new_net(r);
    *net = s->net[number];
    return 0;
}

/* The nets of a bit list: [*width] in the arena. */
static int bit_nets(reader_t *r, scope_t *s, const json_t *bits, const char *where, uint32_t **net, int *width)
{
    const size_t count = json_array_size(bits);
    *width = (int)count;
    *net = ns_arena_get(&r->netlist->arena, (count + 1) * sizeof **net);
    for (size_t i = 0; i < count; i++) {
        if (bit_net(r, s, json_array_get(bits, i), where, &(*net)[i]) != 0) return -1;
    }
    return 0;
}

static int add_ram(reader_t *r, scope_t *s, const char *name, const json_t *connections)
{
    ns_netlist_t *n = r->netlist;
    if (n->rams == r->rams_room) n->ram = ns_grow(n->ram, (r->rams_room = r->rams_room * 2 + 4) * sizeof *n->ram);
    ns_ram_t *ram = &n->ram[n->rams];
    *ram = (ns_ram_t){.rdata = {.output = true}};
    const struct { const char *name; ns_port_t *port; } port[] = {{"we_i", &ram->we}, {"waddr_i", &ram->waddr}, {"wdata_i", &ram->wdata},
                                                                  {"re_i", &ram->re}, {"raddr_i", &ram->raddr}, {"rdata_o", &ram->rdata}};
    for (size_t i = 0; i < sizeof port / sizeof port[0]; i++) {
        const json_t *bits = json_object_get(connections, port[i].name);
        if (bits == NULL) return ns_fail(r->error, "%s: cell %s%s: port %s is missing, expected it on a flx_ram", r->path, s->path, name, port[i].name);
        port[i].port->name = port[i].name;
        if (bit_nets(r, s, bits, name, &port[i].port->net, &port[i].port->width) != 0) return -1;
    }
    if (ram->wdata.width != ram->rdata.width || ram->waddr.width != ram->raddr.width || ram->waddr.width > 16)
        return ns_fail(r->error, "%s: cell %s%s: widths of the flx_ram's ports differ", r->path, s->path, name);
    n->rams++;
    return 0;
}

static int add_cell(reader_t *r, scope_t *s, const char *name, const ns_cell_t *cell, const json_t *connections)
{
    ns_netlist_t *n = r->netlist;
    if (cell->kind == NS_OTHER)
        return ns_fail(r->error, "%s: cell %s%s: type is %s, expected a combinational cell or a flip-flop; it has %s", r->path, s->path, name, cell->name, cell->odd);
    const char *pin_name;
    const json_t *bits;
    void *iterator = json_object_iter((json_t *)(uintptr_t)connections);
    for (; iterator != NULL; iterator = json_object_iter_next((json_t *)(uintptr_t)connections, iterator)) {
        pin_name = json_object_iter_key(iterator);
        if (ns_cell_pin(cell, pin_name) < 0)
            return ns_fail(r->error, "%s: cell %s%s: pin %s is not in the library's %s", r->path, s->path, name, pin_name, cell->name);
    }
    if (n->insts == r->insts_room) n->inst = ns_grow(n->inst, (r->insts_room = r->insts_room * 2 + 1024) * sizeof *n->inst);
    n->pin_net = grow_to(n->pin_net, &r->pins_room, n->pins + (uint32_t)cell->pins);
    ns_inst_t *inst = &n->inst[n->insts++];
    *inst = (ns_inst_t){.cell = cell, .pin0 = n->pins};
    const char *drives = "";
    for (int i = 0; i < cell->pins; i++) {
        bits = json_object_get(connections, cell->pin[i].name);
        uint32_t net = NS_NET_0;
        if (json_array_size(bits) > 1) return ns_fail(r->error, "%s: cell %s%s: pin %s has several bits, expected one", r->path, s->path, name, cell->pin[i].name);
        if (json_array_size(bits) == 1) {
            if (bit_net(r, s, json_array_get(bits, 0), name, &net) != 0) return -1;
        } else if (cell->pin[i].output) {
            net = new_net(r);
        }
        if (cell->pin[i].output && net <= NS_NET_1)
            return ns_fail(r->error, "%s: cell %s%s: output %s drives a constant, expected a net", r->path, s->path, name, cell->pin[i].name);
        if (cell->pin[i].output && drives[0] == '\0' && json_is_integer(json_array_get(bits, 0)))
            drives = s->name[json_integer_value(json_array_get(bits, 0))];
        n->pin_net[n->pins++] = net;
    }
    char full[PATH_MAX_BYTES];
    snprintf(full, sizeof full, "%s%s", s->path, drives);
    inst->group = (uint16_t)ns_groups_of(r->groups, full, cell->kind == NS_FLIP_FLOP);
    return 0;
}

static int flatten(reader_t *r, const char *module, const char *path, const json_t *outer, scope_t *outer_scope);

static int flatten_cells(reader_t *r, scope_t *s, const json_t *cells)
{
    const char *name;
    json_t *cell;
    json_object_foreach((json_t *)(uintptr_t)cells, name, cell) {
        const char *type = json_string_value(json_object_get(cell, "type"));
        const json_t *connections = json_object_get(cell, "connections");
        if (type == NULL || !json_is_object(connections))
            return ns_fail(r->error, "%s: cell %s%s: type or connections is missing, expected both", r->path, s->path, name);
        const ns_cell_t *known = ns_library_find(r->library, type);
        if (known != NULL) {
            if (add_cell(r, s, name, known, connections) != 0) return -1;
        } else if (strcmp(type, "flx_ram") == 0 || strncmp(type, "$paramod\\flx_ram\\", 17) == 0 || strstr(type, "\\flx_ram") != NULL) {
            if (add_ram(r, s, name, connections) != 0) return -1;
        } else if (json_object_get(r->modules, type) != NULL) {
            char path[PATH_MAX_BYTES];
            if (snprintf(path, sizeof path, "%s%s.", s->path, name) >= (int)sizeof path)
                return ns_fail(r->error, "%s: cell %s%s: path is too long", r->path, s->path, name);
            if (flatten(r, type, path, connections, s) != 0) return -1;
        } else {
            return ns_fail(r->error, "%s: cell %s%s: type is %s, expected a cell of library %s", r->path, s->path, name, type, r->library->name);
        }
    }
    return 0;
}

/* Is the name the one that the module itself gave? Instances' ports, "u_x.a_i", say less than "a_q". present: "", or "NAME[BIT]". */
static bool better(const char *name, const char *present)
{
    const bool inner = strchr(name, '.') != NULL;
    const bool inner_present = strchr(present, '.') != NULL;
    if (present[0] == '\0' || inner != inner_present) return present[0] == '\0' || inner_present;
    return strlen(name) < (size_t)(strrchr(present, '[') - present);
}

/* Largest bit number of the module, and the names of its bits. */
static int measure(reader_t *r, scope_t *s, const json_t *module)
{
    const json_t *netnames = json_object_get(module, "netnames");
    const char *name;
    json_t *net;
    json_int_t last = -1;
    for (int pass = 0; pass < 2; pass++) {
        json_object_foreach((json_t *)(uintptr_t)netnames, name, net) {
            const json_t *bits = json_object_get(net, "bits");
            const bool hidden = json_integer_value(json_object_get(net, "hide_name")) != 0;
            for (size_t i = 0; i < json_array_size(bits); i++) {
                const json_t *bit = json_array_get(bits, i);
                if (!json_is_integer(bit)) continue;
                const json_int_t number = json_integer_value(bit);
                if (number < 0 || number > (1 << 26)) return ns_fail(r->error, "%s: module %s: bit of net %s is out of range", r->path, s->module, name);
                if (number > last) last = number;
                if (pass == 0 || hidden || !better(name, s->name[number])) continue;
                char *text = ns_arena_get(&r->netlist->arena, strlen(name) + 16);
                sprintf(text, "%s[%zu]", name, i);
                s->name[number] = text;
            }
        }
        if (pass == 1) break;
        s->bits = (size_t)(last + 1);
        s->net = ns_grow(NULL, s->bits * sizeof *s->net);
        s->name = ns_grow(NULL, s->bits * sizeof *s->name);
        for (size_t i = 0; i < s->bits; i++) {
            s->net[i] = no_net;
            s->name[i] = "";
        }
    }
    return 0;
}

static int bind_ports(reader_t *r, scope_t *s, const json_t *ports, const json_t *outer, scope_t *outer_scope)
{
    ns_netlist_t *n = r->netlist;
    const char *name;
    json_t *port;
    json_object_foreach((json_t *)(uintptr_t)ports, name, port) {
        const json_t *bits = json_object_get(port, "bits");
        const char *direction = json_string_value(json_object_get(port, "direction"));
        if (direction == NULL || (strcmp(direction, "input") != 0 && strcmp(direction, "output") != 0))
            return ns_fail(r->error, "%s: port %s%s: direction is %s, expected input or output", r->path, s->path, name, direction == NULL ? "missing" : direction);
        if (outer == NULL) {
            ns_port_t *p = &n->port[n->ports++];
            *p = (ns_port_t){.name = name, .output = direction[0] == 'o'};
            if (bit_nets(r, s, bits, name, &p->net, &p->width) != 0) return -1;
            continue;
        }
        const json_t *outside = json_object_get(outer, name);
        for (size_t i = 0; i < json_array_size(bits); i++) {
            const json_t *inner = json_array_get(bits, i);
            uint32_t net = NS_NET_0;
            if (i < json_array_size(outside)) {
                if (bit_net(r, outer_scope, json_array_get(outside, i), name, &net) != 0) return -1;
            } else if (direction[0] == 'o') {
                continue;
            }
            uint32_t inside;
            if (bit_net(r, s, inner, name, &inside) != 0) return -1;
            if (!merge(r, inside, net)) return ns_fail(r->error, "%s: port %s%s: a bit joins both constants", r->path, s->path, name);
        }
    }
    return 0;
}

static int flatten(reader_t *r, const char *module, const char *path, const json_t *outer, scope_t *outer_scope)
{
    const json_t *body = json_object_get(r->modules, module);
    scope_t s = {.module = module, .path = path};
    if (++r->nesting > NESTING_MAX) return ns_fail(r->error, "%s: module %s: hierarchy is deeper than %d levels", r->path, module, NESTING_MAX);
    int status = measure(r, &s, body);
    if (status == 0) status = bind_ports(r, &s, json_object_get(body, "ports"), outer, outer_scope);
    if (status == 0) status = flatten_cells(r, &s, json_object_get(body, "cells"));
    free(s.net);
    free(s.name);
    r->nesting--;
    return status;
}

static const char *find_top(const json_t *modules, const char *wanted)
{
    const char *name;
    json_t *module;
    const char *top = NULL;
    if (wanted != NULL) return json_object_get(modules, wanted) != NULL ? wanted : NULL;
    json_object_foreach((json_t *)(uintptr_t)modules, name, module) {
        if (json_object_get(json_object_get(module, "attributes"), "top") != NULL) return name;
        if (json_object_get(json_object_get(module, "attributes"), "blackbox") == NULL) top = name;
    }
    return json_object_size(modules) == 1 ? top : NULL;
}

/* Every net by its first name. */
static void resolve(reader_t *r)
{
    ns_netlist_t *n = r->netlist;
    for (uint32_t i = 0; i < n->pins; i++) n->pin_net[i] = root_of(r, n->pin_net[i]);
    for (uint32_t i = 0; i < n->ports; i++) {
        for (int k = 0; k < n->port[i].width; k++) n->port[i].net[k] = root_of(r, n->port[i].net[k]);
    }
    for (uint32_t i = 0; i < n->rams; i++) {
        ns_port_t *port[] = {&n->ram[i].we, &n->ram[i].waddr, &n->ram[i].wdata, &n->ram[i].re, &n->ram[i].raddr, &n->ram[i].rdata};
        for (size_t p = 0; p < sizeof port / sizeof port[0]; p++) {
            for (int k = 0; k < port[p]->width; k++) port[p]->net[k] = root_of(r, port[p]->net[k]);
        }
    }
}

/* ns_netlist_link.c */
int ns_netlist_link(ns_netlist_t *netlist, const char *path, double wire_cap, char *error);

int ns_netlist_read(ns_netlist_t *netlist, const char *path, const char *top, const ns_library_t *library, const ns_groups_t *groups,
                    double wire_cap, char *error)
{
    *netlist = (ns_netlist_t){.nets = 0};
    json_error_t json_error;
    netlist->json = json_load_file(path, 0, &json_error);
    if (netlist->json == NULL) return ns_fail(error, "%s:%d: %.200s, expected JSON of yosys write_json", path, json_error.line, json_error.text);
    reader_t r = {.netlist = netlist, .library = library, .groups = groups, .path = path, .modules = json_object_get(netlist->json, "modules"), .error = error};
    netlist->top = find_top(r.modules, top);
    if (netlist->top == NULL) return ns_fail(error, "%s: module is %s, expected one of the file's modules", path, top == NULL ? "not named" : top);
    const json_t *ports = json_object_get(json_object_get(r.modules, netlist->top), "ports");
    netlist->port = ns_arena_get(&netlist->arena, (json_object_size(ports) + 1) * sizeof *netlist->port);
    new_net(&r); /* NS_NET_0 */
    new_net(&r); /* NS_NET_1 */
    const int status = flatten(&r, netlist->top, "", NULL, NULL);
    if (status == 0) resolve(&r);
    free(r.alias);
    if (status != 0) return -1;
    return ns_netlist_link(netlist, path, wire_cap, error);
}

const ns_port_t *ns_netlist_port(const ns_netlist_t *netlist, const char *name)
{
    for (uint32_t i = 0; i < netlist->ports; i++) {
        if (strcmp(netlist->port[i].name, name) == 0) return &netlist->port[i];
    }
    return NULL;
}

void ns_netlist_free(ns_netlist_t *netlist)
{
    free(netlist->inst);
    free(netlist->pin_net);
    free(netlist->ram);
    free(netlist->driver);
    free(netlist->fanout);
    free(netlist->cap);
    free(netlist->order);
    free(netlist->flop);
    ns_arena_free(&netlist->arena);
    json_decref(netlist->json);
    *netlist = (ns_netlist_t){.nets = 0};
}
