// dot_miter.v - flx_recode and flx_dot beside flx_dot_fast for every operand and addend, and flx_dot_halves for every operand: the outputs must be 0. Twin: formal.py
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module dot_miter #(
    parameter LANES     = 1,
    parameter MANT_BITS = 8,
    parameter SUM_BITS  = 18
) (
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [LANES*MANT_BITS-1:0] b_i,
    input  wire [SUM_BITS-1:0]        add_i,
    output wire                       differ_o,
    output wire                       differ_halves_o
);
    localparam DIGIT_BITS = 3 * ((MANT_BITS + 1) / 2) + 1;
    wire [LANES*DIGIT_BITS-1:0] digits;
    genvar l;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            flx_recode #(.BITS(MANT_BITS), .SIGNED(1)) u_recode (
                .b_i(b_i[l*MANT_BITS +: MANT_BITS]), .digits_o(digits[l*DIGIT_BITS +: DIGIT_BITS])
            );
        end
    endgenerate

    wire [SUM_BITS-1:0] structural, fast;
    flx_dot #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS)) u_dot (
        .a_i(a_i), .digits_i(digits), .add_i(add_i), .sum_o(structural)
    );
    flx_dot_fast #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS)) u_fast (
        .a_i(a_i), .b_i(b_i), .add_i(add_i), .sum_o(fast)
    );
    assign differ_o = structural != fast;

    localparam LO_BITS = MANT_BITS + $clog2(LANES * ((MANT_BITS + 1) / 2) + 1);
    localparam HI_BITS = MANT_BITS + $clog2(LANES);
    wire [LO_BITS-1:0]  lo;
    wire [HI_BITS-1:0]  hi;
    wire [SUM_BITS-1:0] dot;
    flx_dot_halves #(.LANES(LANES), .MANT_BITS(MANT_BITS)) u_halves (.a_i(a_i), .digits_i(digits), .lo_o(lo), .hi_o(hi));
    flx_dot_fast #(.LANES(LANES), .MANT_BITS(MANT_BITS), .SUM_BITS(SUM_BITS)) u_product (
        .a_i(a_i), .b_i(b_i), .add_i({SUM_BITS{1'b0}}), .sum_o(dot)
    );
    assign differ_halves_o = {{SUM_BITS-LO_BITS{1'b0}}, lo} + {{SUM_BITS-HI_BITS-MANT_BITS{hi[HI_BITS-1]}}, hi, {MANT_BITS{1'b0}}} != dot;
endmodule
`default_nettype wire
