// flx_rival_operand.v - fields and class of a floating-point operand, plain or with digits. Twin: rtl/rivals/flx_rival_edge.v
// SPDX-License-Identifier: Apache-2.0
//
// FAST = 1: the word is {sign, EXP_BITS exponent, FRAC_BITS fraction}. FAST = 0: flx_rival_edge.v's {sign, exponent, digits}.
// SUBNORMAL = 0: a subnormal counts as zero, the significand's hidden one is constant and not in rest_o. SUBNORMAL = 1: rest_o is of the whole
// significand. rest_o: bits, or digits with FAST = 0, as flx_rival_umul.v takes them. Combinational.
`default_nettype none
module flx_rival_operand #(
    parameter EXP_BITS  = 8,
    parameter FRAC_BITS = 7,
    parameter SUBNORMAL = 0,
    parameter FAST      = 1,
    parameter REST      = SUBNORMAL != 0 ? FRAC_BITS + 1 : FRAC_BITS,                           // derived
    parameter REST_BITS = FAST != 0 ? REST : 3 * (REST / 2) + 1 + REST % 2,                    // derived
    parameter WORD_BITS = 1 + EXP_BITS + (FAST != 0 ? FRAC_BITS : REST_BITS)                   // derived
) (
    input  wire [WORD_BITS-1:0] word_i,
    output wire                 sign_o,
    output wire [EXP_BITS-1:0]  exp_o,          // a subnormal's is 1 with SUBNORMAL = 1; a zero's is 0 or 1
    output wire                 nan_o,
    output wire                 top_o,          // infinity or NaN
    output wire                 zero_o,
    output wire [REST_BITS-1:0] rest_o
);
    wire [EXP_BITS-1:0] field  = word_i[WORD_BITS-2 -: EXP_BITS];
    wire                normal = |field;
    wire                some;                   // the fraction is not 0, where that matters
    assign sign_o = word_i[WORD_BITS-1];
    assign top_o  = &field;
    assign nan_o  = top_o && some;
    generate
        if (FAST == 0) begin : g_digits
            assign exp_o  = field;
            assign some   = word_i[0];
            assign zero_o = !normal;
            assign rest_o = word_i[REST_BITS-1:0];
        end else begin : g_plain
            assign some = |word_i[FRAC_BITS-1:0];
            if (SUBNORMAL != 0) begin : g_whole
                assign exp_o  = {field[EXP_BITS-1:1], field[0] | !normal};
                assign zero_o = !normal && !some;
                assign rest_o = {normal, word_i[FRAC_BITS-1:0]};
            end else begin : g_fraction
                assign exp_o  = field;
                assign zero_o = !normal;
                assign rest_o = word_i[FRAC_BITS-1:0];
            end
        end
    endgenerate
endmodule
`default_nettype wire
