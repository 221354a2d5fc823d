// flx_perf.v - cycle counters: every cycle counts in exactly one of them. Twin: cmodel/cycle/flx_cycle.c (classify)
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
`include "flx_defs.vh"
module flx_perf (
    input  wire clk_i,
    input  wire rst_ni,
    // flx_seq
    input  wire active_i,
    input  wire fire_i,
    input  wire a_valid_i,
    input  wire b_valid_i,
    input  wire stall_drain_i,
    input  wire stall_c_i,
    // flx_decode
    input  wire is_idle_i,
    input  wire is_admin_i,
    input  wire is_stall_exp_i,
    input  wire is_stall_queue_i,
    output wire [`FLX_PERF_COUNT*`FLX_PERF_BITS-1:0] perf_o
);
    wire [`FLX_PERF_COUNT-1:0] kind;
    assign kind[`FLX_PERF_BUSY]        = fire_i;
    assign kind[`FLX_PERF_STALL_A]     = active_i && !a_valid_i;
    assign kind[`FLX_PERF_STALL_B]     = active_i && a_valid_i && !b_valid_i;
    assign kind[`FLX_PERF_STALL_DRAIN] = stall_drain_i;
    assign kind[`FLX_PERF_STALL_C]     = stall_c_i;
    assign kind[`FLX_PERF_STALL_EXP]   = !active_i && is_stall_exp_i;
    assign kind[`FLX_PERF_STALL_QUEUE] = !active_i && is_stall_queue_i;
    assign kind[`FLX_PERF_DECODE]      = !active_i && !is_idle_i && !is_admin_i && !is_stall_exp_i && !is_stall_queue_i;
    assign kind[`FLX_PERF_ADMIN]       = !active_i && is_admin_i;
    assign kind[`FLX_PERF_IDLE]        = !active_i && is_idle_i;

    genvar g;
    generate
        for (g = 0; g < `FLX_PERF_COUNT; g = g + 1) begin : g_counter
            reg [`FLX_PERF_BITS-1:0] count_q;
            always @(posedge clk_i)
                if (!rst_ni) count_q <= {`FLX_PERF_BITS{1'b0}};
                else if (kind[g]) count_q <= count_q + {{`FLX_PERF_BITS-1{1'b0}}, 1'b1};
            assign perf_o[g*`FLX_PERF_BITS +: `FLX_PERF_BITS] = count_q;
        end
    endgenerate
endmodule
`default_nettype wire
