// flx_stats.v - maximum, overflow detector and counters of one written tensor. Twin: cmodel/golden/flx_stats.c
// SPDX-License-Identifier: Apache-2.0
//
// A row in cycle P is reduced over its columns in P + 1 and added in P + 2; valid_o is 1 for one cycle, P + 2 of the tensor's
// last row, with the tensor's statistics. Counters stop at 2^32 - 1. Columns without an element hold 0 and count nothing.
`default_nettype none
module flx_stats #(
    parameter COLS      = 8,
    parameter MANT_BITS = 16
) (
    input  wire                      clk_i,
    input  wire                      rst_ni,
    input  wire                      row_valid_i,
    input  wire                      row_last_i,
    input  wire [COLS*MANT_BITS-1:0] row_data_i,
    input  wire [COLS-1:0]           row_clipped_i,
    input  wire [COLS-1:0]           row_underflow_i,
    input  wire                      row_sat_i,
    output wire                      valid_o,
    output wire [MANT_BITS-1:0]      gamma_o,        // unsigned, 0 .. 2^(N-1)
    output wire                      overflow_o,
    output wire                      acc_sat_o,
    output wire [31:0]               saturated_o,
    output wire [31:0]               half_range_o,
    output wire [31:0]               underflow_o
);
    localparam N = MANT_BITS;
    localparam C = $clog2(COLS + 1);
    localparam [N-1:0] OVERFLOW = (1 << (N - 1)) - 1;
    localparam [N-1:0] HALF_KEY = (1 << (N - 1)) - 1;   // of a negative half range, the least of its keys

    // ---- P: over the columns -------------------------------------------------------------------
    // A mantissa's key is 2 |x|, and 1 less for x < 0: x without its sign, inverted if negative, then the sign. Keys are in the order of the
    // magnitudes, and no column has to negate. Nodes from COLS on join two nodes before them: a balanced tree for any COLS.
    wire [COLS-1:0] is_half;
    genvar k;
    generate
        for (k = 0; k < 2 * COLS - 1; k = k + 1) begin : g_node
            wire [N-1:0] key;
            if (k < COLS) begin : g_column
                wire sign  = row_data_i[k*N+N-1];
                assign key = {row_data_i[k*N +: N-1] ^ {N-1{sign}}, sign};
                assign is_half[k] = key >= HALF_KEY;
            end else begin : g_larger
                wire [N-1:0] one   = g_node[2*(k-COLS)].key;
                wire [N-1:0] other = g_node[2*(k-COLS)+1].key;
                assign key = one > other ? one : other;
            end
        end
    endgenerate

    reg [C-1:0] clipped, half, underflow;
    integer j;
    always @* begin
        clipped   = {C{1'b0}};
        half      = {C{1'b0}};
        underflow = {C{1'b0}};
        for (j = 0; j < COLS; j = j + 1) begin
            clipped   = clipped + {{C-1{1'b0}}, row_clipped_i[j]};
            half      = half + {{C-1{1'b0}}, is_half[j]};
            underflow = underflow + {{C-1{1'b0}}, row_underflow_i[j]};
        end
    end

    // ---- P + 1: into the tensor ----------------------------------------------------------------
    function [31:0] add(input [31:0] total, input [C-1:0] count);
        reg [32:0] sum;
        begin
            sum = {1'b0, total} + {{33-C{1'b0}}, count};
            add = sum[32] ? 32'hffff_ffff : sum[31:0];
        end
    endfunction

    reg         row_q, row_last_q, row_sat_q, first_q, valid_q;
    reg [N-1:0] row_key_q;
    reg [C-1:0] clipped_q, half_q, underflow_q;
    reg [N-1:0] gamma_q;
    reg         acc_sat_q;
    reg [31:0]  saturated_sum_q, half_sum_q, underflow_sum_q;
    wire [N-1:0] row_max = {1'b0, row_key_q[N-1:1]} + {{N-1{1'b0}}, row_key_q[0]};
    wire [N-1:0] gamma = first_q ? {N{1'b0}} : gamma_q;
    wire [31:0]  keep  = {32{!first_q}};
    always @(posedge clk_i) begin
        if (!rst_ni) begin
            row_q   <= 1'b0;
            first_q <= 1'b1;
            valid_q <= 1'b0;
        end else begin
            row_q   <= row_valid_i;
            if (row_q) first_q <= row_last_q;
            valid_q <= row_q && row_last_q;
        end
        if (row_valid_i) begin
            row_last_q  <= row_last_i;
            row_sat_q   <= row_sat_i;
            row_key_q   <= g_node[2*COLS-2].key;
            clipped_q   <= clipped;
            half_q      <= half;
            underflow_q <= underflow;
        end
        if (row_q) begin
            gamma_q         <= row_max > gamma ? row_max : gamma;
            acc_sat_q       <= row_sat_q || (acc_sat_q && !first_q);
            saturated_sum_q <= add(saturated_sum_q & keep, clipped_q);
            half_sum_q      <= add(half_sum_q & keep, half_q);
            underflow_sum_q <= add(underflow_sum_q & keep, underflow_q);
        end
    end

    assign valid_o      = valid_q;
    assign gamma_o      = gamma_q;
    assign overflow_o   = gamma_q >= OVERFLOW;
    assign acc_sat_o    = acc_sat_q;
    assign saturated_o  = saturated_sum_q;
    assign half_range_o = half_sum_q;
    assign underflow_o  = underflow_sum_q;
endmodule
`default_nettype wire
