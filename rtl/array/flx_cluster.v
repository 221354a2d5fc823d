// flx_cluster.v - CLUSTER x CLUSTER processing elements behind one set of operand registers. Twins: rtl/array/flx_pe.v, docs/core.md
// SPDX-License-Identifier: Apache-2.0
//
// A row's a is registered once for CLUSTER columns, a column's b once for CLUSTER rows, the control once for all of them, and both are passed on:
// a and control to the right, b downwards. What arrives in cycle t is in the registers in t + 1; all accumulators hold their sums in
// t + 2 + PE_PIPE, and done_o of a row is 1 then if the beat was its tile's last.
// b comes and goes as digits (flx_recode.v); with FAST as mantissas.
// No register has an enable: in a cycle without a beat a_i, first_i, last_i and chunk_i are 0, and the accumulators add nothing.
`default_nettype none
module flx_cluster #(
    parameter CLUSTER    = 2,
    parameter LANES      = 4,
    parameter MANT_BITS  = 16,
    parameter ACC_BITS   = 48,
    parameter SHIFT_BITS = 7,
    parameter CHUNK_EN   = 0,
    parameter PE_PIPE    = 0,
    parameter FAST       = 0,
    parameter SUM_BITS   = ACC_BITS + (CHUNK_EN != 0 ? 2 : 0),                                  // derived: width of an accumulator
    parameter B_BITS     = LANES * (FAST != 0 ? MANT_BITS : 3 * ((MANT_BITS + 1) / 2) + 1)      // derived: b of a column
) (
    input  wire                                clk_i,
    input  wire                                rst_ni,
    // from the left; a's rows and last_i's bits from above, b's columns from the left
    input  wire                                first_i,     // of a tile
    input  wire [CLUSTER-1:0]                  last_i,      // of a tile that has a result in this row
    input  wire                                chunk_i,     // round after this step
    input  wire [SHIFT_BITS-1:0]               shift_i,     // of the chunk's rounding
    input  wire [CLUSTER*LANES*MANT_BITS-1:0]  a_i,
    // from above
    input  wire [CLUSTER*B_BITS-1:0]           b_i,
    // to the right, to below
    output wire                                first_o,
    output wire [CLUSTER-1:0]                  last_o,
    output wire                                chunk_o,
    output wire [SHIFT_BITS-1:0]               shift_o,
    output wire [CLUSTER*LANES*MANT_BITS-1:0]  a_o,
    output wire [CLUSTER*B_BITS-1:0]           b_o,
    // to the column buses: done_o of a row, PE (r, c) at r CLUSTER + c
    output wire [CLUSTER-1:0]                  done_o,
    output wire [CLUSTER*CLUSTER-1:0]          sat_o,
    output wire [CLUSTER*CLUSTER*SUM_BITS-1:0] acc_o
);
    localparam A_BITS = LANES * MANT_BITS;

    reg                      first_q;
    reg [CLUSTER-1:0]        last_q, done_q;
    reg [CLUSTER*A_BITS-1:0] a_q;
    reg [CLUSTER*B_BITS-1:0] b_q;
    wire                     first, chunk;      // beside the words that the accumulators add
    wire [CLUSTER-1:0]       last;
    wire [SHIFT_BITS-1:0]    shift;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            last_q <= {CLUSTER{1'b0}};
            done_q <= {CLUSTER{1'b0}};
        end else begin
            last_q <= last_i;
            done_q <= last;
        end
        first_q <= first_i;
        a_q     <= a_i;
        b_q     <= b_i;
    end

    generate
        if (PE_PIPE != 0) begin : g_late
            reg               late_first_q;
            reg [CLUSTER-1:0] late_last_q;
            always @(posedge clk_i) begin
                if (!rst_ni) late_last_q <= {CLUSTER{1'b0}};
                else late_last_q <= last_q;
                late_first_q <= first_q;
            end
            assign first = late_first_q;
            assign last  = late_last_q;
        end else begin : g_now
            assign first = first_q;
            assign last  = last_q;
        end

        if (CHUNK_EN != 0) begin : g_chunk
            reg                  chunk_q;
            reg [SHIFT_BITS-1:0] shift_q;
            always @(posedge clk_i) begin
                chunk_q <= chunk_i;
                shift_q <= shift_i;
            end
            if (PE_PIPE != 0) begin : g_late
                reg                  late_chunk_q;
                reg [SHIFT_BITS-1:0] late_shift_q;
                always @(posedge clk_i) begin
                    late_chunk_q <= chunk_q;
                    late_shift_q <= shift_q;
                end
                assign chunk = late_chunk_q;
                assign shift = late_shift_q;
            end else begin : g_now
                assign chunk = chunk_q;
                assign shift = shift_q;
            end
            assign chunk_o = chunk_q;
            assign shift_o = shift_q;
        end else begin : g_no_chunk
            wire unused = &{1'b0, chunk_i, shift_i};
            assign chunk   = 1'b0;
            assign shift   = {SHIFT_BITS{1'b0}};
            assign chunk_o = 1'b0;
            assign shift_o = {SHIFT_BITS{1'b0}};
        end
    endgenerate

    genvar r, c;
    generate
        for (r = 0; r < CLUSTER; r = r + 1) begin : g_row
            for (c = 0; c < CLUSTER; c = c + 1) begin : g_col
                flx_pe #(
                    .LANES(LANES), .MANT_BITS(MANT_BITS), .ACC_BITS(ACC_BITS), .SHIFT_BITS(SHIFT_BITS), .CHUNK_EN(CHUNK_EN),
                    .PE_PIPE(PE_PIPE), .FAST(FAST)
                ) u_pe (
                    .clk_i(clk_i),
                    .first_i(first),
                    .chunk_i(chunk),
                    .shift_i(shift),
                    .a_i(a_q[r*A_BITS +: A_BITS]),
                    .b_i(b_q[c*B_BITS +: B_BITS]),
                    .sat_o(sat_o[r*CLUSTER + c]),
                    .acc_o(acc_o[(r*CLUSTER + c)*SUM_BITS +: SUM_BITS])
                );
            end
        end
    endgenerate

    assign first_o = first_q;
    assign last_o  = last_q;
    assign a_o     = a_q;
    assign b_o     = b_q;
    assign done_o  = done_q;
endmodule
`default_nettype wire
