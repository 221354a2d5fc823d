// flx_pe.v - processing element: operand registers, LANES-wide dot product, one accumulator. Twin: cmodel/golden/flx_gemm.c
// SPDX-License-Identifier: Apache-2.0
//
// Operands and control that arrive in cycle t are registered in t + 1 (and passed on, a and control to the right, b
// downwards); the accumulator holds the sum in t + 2 + PE_PIPE, done_o is 1 then if the beat was the last of its tile.
// PE_PIPE = 1: the dot product is registered before it is added, as two sums (flx_dot_halves), and so is the control beside it.
// b comes and goes as digits (flx_recode.v); with FAST as mantissas, which flx_dot_fast multiplies with *.
// No register has an enable: in a cycle without a beat a_i, first_i, last_i and chunk_i are 0, and the accumulator adds nothing.
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
    input  wire                       rst_ni,
    // from the left
    input  wire                       first_i,   // of a tile
    input  wire                       last_i,    // of a tile that has a result in this row
    input  wire                       chunk_i,   // round after this step
    input  wire [SHIFT_BITS-1:0]      shift_i,   // of the chunk's rounding
    input  wire [LANES*MANT_BITS-1:0] a_i,
    // from above
    input  wire [B_BITS-1:0]          b_i,
    // to the right, to below
    output wire                       first_o,
    output wire                       last_o,
    output wire                       chunk_o,
    output wire [SHIFT_BITS-1:0]      shift_o,
    output wire [LANES*MANT_BITS-1:0] a_o,
    output wire [B_BITS-1:0]          b_o,
    // to the column bus
    output wire                       done_o,
    output wire                       sat_o,
    output wire [SUM_BITS-1:0]        acc_o
);
    localparam SATURATING = ACC_BITS < `FLX_ACC_BITS_EXACT ? 1 : 0;
    localparam STEP_BITS  = 2 * MANT_BITS + $clog2(LANES);
    localparam WIDE_MIN   = SUM_BITS > STEP_BITS ? SUM_BITS : STEP_BITS;
    localparam WIDE       = SATURATING != 0 ? WIDE_MIN + 1 : SUM_BITS;
    localparam LO_BITS    = MANT_BITS + $clog2(LANES * ((MANT_BITS + 1) / 2) + 1);
    localparam HI_BITS    = STEP_BITS - MANT_BITS;

    reg                       first_q, last_q;
    reg [LANES*MANT_BITS-1:0] a_q;
    reg [B_BITS-1:0]          b_q;
    reg                       done_q;
    reg [SUM_BITS-1:0]        acc_q;
    wire [SUM_BITS-1:0]       acc_d;
    wire                      sat;
    wire                      first, last;      // beside the words that the accumulator adds

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            last_q <= 1'b0;
            done_q <= 1'b0;
        end else begin
            last_q <= last_i;
            done_q <= last;
        end
        first_q <= first_i;
        a_q     <= a_i;
        b_q     <= b_i;
        acc_q   <= acc_d;
    end

    wire [SUM_BITS-1:0] start = first ? {SUM_BITS{1'b0}} : acc_q;
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
                    .a_i(a_q), .b_i(b_q), .add_i({STEP_BITS{1'b0}}), .sum_o(dot)
                );
                assign lo = {{LO_BITS-MANT_BITS{1'b0}}, dot[MANT_BITS-1:0]};
                assign hi = dot[STEP_BITS-1:MANT_BITS];
            end else begin : g_structural
                flx_dot_halves #(.LANES(LANES), .MANT_BITS(MANT_BITS)) u_dot (
                    .a_i(a_q), .digits_i(b_q), .lo_o(lo), .hi_o(hi)
                );
            end
            reg               late_first_q, late_last_q;
            reg [LO_BITS-1:0] lo_q;
            reg [HI_BITS-1:0] hi_q;
            always @(posedge clk_i) begin
                if (!rst_ni) late_last_q <= 1'b0;
                else late_last_q <= last_q;
                late_first_q <= first_q;
                lo_q         <= lo;
                hi_q         <= hi;
            end
            assign first = late_first_q;
            assign last  = late_last_q;
            assign sum   = addend + {{WIDE-LO_BITS{1'b0}}, lo_q} + {{WIDE-STEP_BITS{hi_q[HI_BITS-1]}}, hi_q, {MANT_BITS{1'b0}}};
        end else begin : g_no_pipe
            assign first = first_q;
            assign last  = last_q;
            if (FAST != 0) begin : g_fast
                flx_dot_fast #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(WIDE)) u_dot (
                    .a_i(a_q), .b_i(b_q), .add_i(addend), .sum_o(sum)
                );
            end else begin : g_structural
                flx_dot #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(WIDE)) u_dot (
                    .a_i(a_q), .digits_i(b_q), .add_i(addend), .sum_o(sum)
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
            reg                  chunk_q;
            reg [SHIFT_BITS-1:0] shift_q;
            always @(posedge clk_i) begin
                chunk_q <= chunk_i;
                shift_q <= shift_i;
            end
            wire                  chunk;
            wire [SHIFT_BITS-1:0] shift;
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
            wire [SUM_BITS-1:0] rounded;
            flx_chunk #(.ACC_BITS(SUM_BITS), .SHIFT_BITS(SHIFT_BITS)) u_chunk (
                .acc_i(step), .shift_i(shift), .acc_o(rounded)
            );
            wire over = SATURATING != 0 && rounded[SUM_BITS-1:ACC_BITS-1] != {SUM_BITS-ACC_BITS+1{rounded[SUM_BITS-1]}};
            wire [SUM_BITS-1:0] limit = {{SUM_BITS-ACC_BITS+1{rounded[SUM_BITS-1]}}, {ACC_BITS-1{!rounded[SUM_BITS-1]}}};
            assign acc_d   = !chunk ? step : over ? limit : rounded;
            assign sat     = step_sat || (chunk && over);
            assign chunk_o = chunk_q;
            assign shift_o = shift_q;
        end else begin : g_no_chunk
            wire unused = &{1'b0, chunk_i, shift_i};
            assign acc_d   = step;
            assign sat     = step_sat;
            assign chunk_o = 1'b0;
            assign shift_o = {SHIFT_BITS{1'b0}};
        end
        if (SATURATING != 0) begin : g_sticky
            reg sat_q;
            always @(posedge clk_i) sat_q <= sat || (!first && sat_q);
            assign sat_o = sat_q;
        end else begin : g_no_sticky
            wire unused_sat = sat;
            assign sat_o = 1'b0;
        end
    endgenerate

    assign first_o = first_q;
    assign last_o  = last_q;
    assign a_o     = a_q;
    assign b_o     = b_q;
    assign done_o  = done_q;
    assign acc_o   = acc_q;
endmodule
`default_nettype wire
