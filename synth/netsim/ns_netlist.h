/* ns_netlist.h - a mapped design (yosys write_json) as flat cells and nets. Twin: ns_netlist.c
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file may be hierarchical; it is flattened here. Net 0 is constant 0 and net 1 constant 1 (x and z count as 0). Cells are of the library,
 * or flx_ram (rtl/lib/flx_ram.v), which is simulated but has no energy. One clock: the top input called clk_i drives every flip-flop. */
#ifndef NS_NETLIST_H
#define NS_NETLIST_H

#include <jansson.h>

#include "ns_groups.h"
#include "ns_library.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { NS_NET_0, NS_NET_1, NS_NO_DRIVER = -1, NS_INPUT_DRIVER = -2, NS_RAM_DRIVER = -3 };

typedef struct ns_inst {
    const ns_cell_t *cell;
    uint32_t pin0;  /* its nets are pin_net[pin0 .. pin0 + cell->pins) */
    uint16_t group;
} ns_inst_t;

typedef struct ns_port {
    const char *name;
    bool output;
    int width;
    uint32_t *net; /* [width], least significant first */
} ns_port_t;

typedef struct ns_ram {
    ns_port_t we, waddr, wdata, re, raddr, rdata;
} ns_ram_t;

typedef struct ns_netlist {
    const char *top;
    uint32_t nets, insts, pins, ports, rams;
    ns_inst_t *inst;     /* [insts] */
    uint32_t *pin_net;   /* [pins] */
    ns_port_t *port;     /* [ports] of the top module */
    ns_ram_t *ram;       /* [rams] */
    int32_t *driver;     /* [nets] instance, or NS_NO_DRIVER, NS_INPUT_DRIVER, NS_RAM_DRIVER */
    uint32_t *fanout;    /* [nets] cell input pins */
    double *cap;         /* [nets] farad: input pins, and wire_cap for each of them */
    uint32_t *order;     /* [orders] combinational instances, inputs before outputs */
    uint32_t *flop;      /* [flops] instances */
    uint32_t orders, flops;
    uint32_t clock;      /* net of clk_i; NS_NET_0 when there is none */
    double wire_cap;     /* farad, what was added per fanout pin */
    double area;         /* library units */
    ns_arena_t arena;
    json_t *json;
} ns_netlist_t;

/* Reads PATH. top NULL: the module with the attribute top, or the only one. wire_cap: farad per fanout pin. groups sorts instances for
 * the report. 0, or -1 with file, cell and what was expected. Free it in any case. */
int ns_netlist_read(ns_netlist_t *netlist, const char *path, const char *top, const ns_library_t *library, const ns_groups_t *groups,
                    double wire_cap, char *error);

/* NULL when there is no such port. */
const ns_port_t *ns_netlist_port(const ns_netlist_t *netlist, const char *name);

void ns_netlist_free(ns_netlist_t *netlist);

#ifdef __cplusplus
}
#endif
#endif
