// flx_pe.v - processing element: LANES-wide dot product, one accumulator. Twins: rtl/array/flx_cluster.v, cmodel/golden/flx_gemm.c
// SPDX-License-Identifier: Apache-2.0
//
// a_i and b_i come from the registers of the cluster. first_i, chunk_i and shift_i are those of the words that the accumulator adds in this cycle:
// PE_PIPE = 0: of a_i and b_i. PE_PIPE = 1: of those of the cycle before, as the dot product is registered before it is added, as two sums (flx_dot_halves).
// b_i is digits (flx_recode.v); with FAST mantissas, which flx_dot_fast multiplies with *.
// ACC_BITS < FLX_ACC_BITS_EXACT: every step saturates; sat_o says that a step of this tile did. With CHUNK_EN two bits are added on top,
// because rounding to nearest can double a sum.
`default_nettype none
`include "flx_defs.vh"
module flx_pe #(
    parameter LANES      = 4,
    parameter MANT_BITS  = 16,
    parameter ACC_BITS   = 48,
    parameter SHIFT_BITS = 7,
    parameter CHUNK_EN   = 0,
    parameter PE_PIPE    = 0,
    parameter FAST       = 0,
    parameter SUM_BITS   = ACC_BITS + (CHUNK_EN != 0 ? 2 : 0),                                  // derived: width of the accumulator
    parameter B_BITS     = LANES * (FAST != 0 ? MANT_BITS : 3 * ((MANT_BITS + 1) / 2) + 1)      // derived
) (
    input  wire                       clk_i,
    input  wire                       first_i,   // of a tile
    input  wire                       chunk_i,   // round after this step
    input  wire [SHIFT_BITS-1:0]      shift_i,   // of the chunk's rounding
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [B_BITS-1:0]          b_i,
    output wire                       sat_o,
    output wire [SUM_BITS-1:0]        acc_o
);
    localparam SATURATING = ACC_BITS < `FLX_ACC_BITS_EXACT ? 1 : 0;
    localparam STEP_BITS  = 2 * MANT_BITS + $clog2(LANES);
    localparam WIDE_MIN   = SUM_BITS > STEP_BITS ? SUM_BITS : STEP_BITS;
    localparam WIDE       = SATURATING != 0 ? WIDE_MIN + 1 : SUM_BITS;
    localparam LO_BITS    = MANT_BITS + $clog2(LANES * ((MANT_BITS + 1) / 2) + 1);
    localparam HI_BITS    = STEP_BITS - MANT_BITS;

    reg  [SUM_BITS-1:0] acc_q;
    wire [SUM_BITS-1:0] acc_d;
    wire                sat;
    always @(posedge clk_i) acc_q <= acc_d;

    wire [SUM_BITS-1:0] start = first_i ? {SUM_BITS{1'b0}} : acc_q;
    wire [WIDE-1:0]     addend;
    wire [WIDE-1:0]     sum;
    generate
        if (WIDE > SUM_BITS) begin : g_extend
            assign addend = {{WIDE-SUM_BITS{start[SUM_BITS-1]}}, start};
        end else begin : g_same
            assign addend = start;
        end
        if (PE_PIPE != 0) begin : g_pipe
            wire [LO_BITS-1:0] lo;
            wire [HI_BITS-1:0] hi;
            if (FAST != 0) begin : g_fast
                wire [STEP_BITS-1:0] dot;
                flx_dot_fast #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(STEP_BITS)) u_dot (
                    .a_i(a_i), .b_i(b_i), .add_i({STEP_BITS{1'b0}}), .sum_o(dot)
                );
                assign lo = {{LO_BITS-MANT_BITS{1'b0}}, dot[MANT_BITS-1:0]};
                assign hi = dot[STEP_BITS-1:MANT_BITS];
            end else begin : g_structural
                flx_dot_halves #(.LANES(LANES), .MANT_BITS(MANT_BITS)) u_dot (
                    .a_i(a_i), .digits_i(b_i), .lo_o(lo), .hi_o(hi)
                );
            end
            reg [LO_BITS-1:0] lo_q;
            reg [HI_BITS-1:0] hi_q;
            always @(posedge clk_i) begin
                lo_q <= lo;
                hi_q <= hi;
            end
            assign sum = addend + {{WIDE-LO_BITS{1'b0}}, lo_q} + {{WIDE-STEP_BITS{hi_q[HI_BITS-1]}}, hi_q, {MANT_BITS{1'b0}}};
        end else begin : g_no_pipe
            if (FAST != 0) begin : g_fast
                flx_dot_fast #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(WIDE)) u_dot (
                    .a_i(a_i), .b_i(b_i), .add_i(addend), .sum_o(sum)
                );
            end else begin : g_structural
                flx_dot #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(WIDE)) u_dot (
                    .a_i(a_i), .digits_i(b_i), .add_i(addend), .sum_o(sum)
                );
            end
        end
    endgenerate

    wire [SUM_BITS-1:0] step;           // the sum after this step
    wire                step_sat;
    generate
        if (SATURATING != 0) begin : g_saturate
            assign step_sat = sum[WIDE-1:ACC_BITS-1] != {WIDE-ACC_BITS+1{sum[WIDE-1]}};
            wire [ACC_BITS-1:0] limited = step_sat ? {sum[WIDE-1], {ACC_BITS-1{!sum[WIDE-1]}}} : sum[ACC_BITS-1:0];
            if (SUM_BITS > ACC_BITS) begin : g_extend
                assign step = {{SUM_BITS-ACC_BITS{limited[ACC_BITS-1]}}, limited};
            end else begin : g_same
                assign step = limited;
            end
        end else begin : g_exact
            assign step     = sum;
            assign step_sat = 1'b0;
        end
    endgenerate

    generate
        if (CHUNK_EN != 0) begin : g_chunk
            wire [SUM_BITS-1:0] rounded;
            flx_chunk #(.ACC_BITS(SUM_BITS), .SHIFT_BITS(SHIFT_BITS)) u_chunk (
                .acc_i(step), .shift_i(shift_i), .acc_o(rounded)
            );
            wire over = SATURATING != 0 && rounded[SUM_BITS-1:ACC_BITS-1] != {SUM_BITS-ACC_BITS+1{rounded[SUM_BITS-1]}};
            wire [SUM_BITS-1:0] limit = {{SUM_BITS-ACC_BITS+1{rounded[SUM_BITS-1]}}, {ACC_BITS-1{!rounded[SUM_BITS-1]}}};
            assign acc_d = !chunk_i ? step : over ? limit : rounded;
            assign sat   = step_sat || (chunk_i && over);
        end else begin : g_no_chunk
            wire unused = &{1'b0, chunk_i, shift_i};
            assign acc_d = step;
            assign sat   = step_sat;
        end
        if (SATURATING != 0) begin : g_sticky
            reg sat_q;
            always @(posedge clk_i) sat_q <= sat || (!first_i && sat_q);
            assign sat_o = sat_q;
        end else begin : g_no_sticky
            wire unused_sat = sat;
            assign sat_o = 1'b0;
        end
    endgenerate

    assign acc_o = acc_q;
endmodule
`default_nettype wire
