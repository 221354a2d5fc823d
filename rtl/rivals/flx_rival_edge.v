// flx_rival_edge.v - operand b as it travels down a column, one lane, at the edge of the array. Twins: rtl/array/flx_recode.v, synth/netsim/ns_rival.c
// SPDX-License-Identifier: Apache-2.0
//
// FAST = 1: the plain word. FAST = 0, KIND 0: the integer's digits. FAST = 0, other kinds: {sign, exponent, digits} with the digits of the
// significand, or, where subnormals flush, of the fraction alone: the hidden one is constant then. A subnormal that counts has exponent 1, so
// exponent 0 says zero. A NaN has digits of 1, infinity of 0. Parameters: flx_rival_pe.v. Combinational.
`default_nettype none
module flx_rival_edge #(
    parameter KIND      = 3,
    parameter SUBNORMAL = 1,
    parameter FAST      = 0,
    parameter IN_BITS   = KIND == 0 ? 8 : KIND == 5 ? 32 : 16,                                                                              // derived
    parameter B_BITS    = FAST != 0 ? IN_BITS : KIND == 0 ? 13 : KIND == 5 ? 44 : KIND == 1 || KIND == 3 ? 20 : SUBNORMAL != 0 ? 23 : 22   // derived
) (
    input  wire [IN_BITS-1:0] word_i,
    output wire [B_BITS-1:0]  word_o
);
    generate
        if (FAST != 0) begin : g_plain
            assign word_o = word_i;
        end else if (KIND == 0) begin : g_int8
            flx_recode #(.BITS(8), .SIGNED(1)) u_recode (.b_i(word_i), .digits_o(word_o));
        end else begin : g_float
            localparam E    = KIND == 2 || KIND == 4 ? 5 : 8;
            localparam F    = IN_BITS - 1 - E;
            localparam REST = SUBNORMAL != 0 && E == 5 ? F + 1 : F;         // bits of the significand that are not constant
            wire [E-1:0]    field    = word_i[E+F-1:F];
            wire [F-1:0]    fraction = word_i[F-1:0];
            wire            some     = |fraction;
            wire [REST-1:0] rest;
            flx_recode #(.BITS(REST), .SIGNED(0)) u_recode (.b_i(&field ? {{REST-1{1'b0}}, some} : rest), .digits_o(word_o[B_BITS-E-2:0]));
            assign word_o[B_BITS-1] = word_i[E+F];
            if (REST > F) begin : g_whole
                wire normal = |field;
                assign rest = {normal, fraction};
                assign word_o[B_BITS-2:B_BITS-E-1] = {field[E-1:1], field[0] | (!normal & some)};
            end else begin : g_fraction
                assign rest = fraction;
                assign word_o[B_BITS-2:B_BITS-E-1] = field;
            end
        end
    endgenerate
endmodule
`default_nettype wire
