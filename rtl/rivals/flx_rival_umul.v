// flx_rival_umul.v - unsigned product of two BITS-wide significands. Twin: rtl/array/flx_dot.v (the signed one, with lanes)
// SPDX-License-Identifier: Apache-2.0
//
// HIDDEN = 1: the top bit of b is 1 and no wire: b_i is of the bits below. FAST = 1: b_i is these bits, and `*` has AND rows, which Yosys sums in
// one carry-save tree. FAST = 0: b_i is their digits (rtl/array/flx_recode.v, SIGNED = 0), a row each, in one sum built like flx_dot.v; the hidden one's
// row is a itself, or the top digit's, whose carry then says 2 a. docs/rivals.md says which is smaller at which width. Combinational.
`default_nettype none
module flx_rival_umul #(
    parameter BITS    = 8,
    parameter HIDDEN  = 0,
    parameter FAST    = 1,
    parameter REST    = HIDDEN != 0 ? BITS - 1 : BITS,                           // derived: bits of b that are not constant
    parameter B_BITS  = FAST != 0 ? REST : 3 * (REST / 2) + 1 + REST % 2        // derived
) (
    input  wire [BITS-1:0]   a_i,
    input  wire [B_BITS-1:0] b_i,
    output wire [2*BITS-1:0] p_o
);
    localparam N    = BITS + 1;             // a with a sign bit, which is 0
    localparam ROWS = REST / 2;             // with a digit that can be negative
    localparam W    = 2 * BITS;

    function [W-1:0] correction(input integer unused);
        integer i;
        begin
            correction = {W{1'b0}};
            for (i = 0; i < ROWS; i = i + 1)
                correction = correction - ({{W-1{1'b0}}, 1'b1} << (N + 2 * i + 0 * unused));
        end
    endfunction
    localparam [W-1:0] CORRECTION = correction(0);

    `include "flx_digit.vh"

    generate
        if (FAST != 0) begin : g_rows
            if (HIDDEN != 0) begin : g_hidden
                assign p_o = a_i * {1'b1, b_i};
            end else begin : g_all
                assign p_o = a_i * b_i;
            end
        end else begin : g_digits
            // The top digit is never negative: a row without inverted sign.
            wire         one, two;
            wire [W-1:0] hidden;
            if (REST % 2 != 0) begin : g_odd
                assign {two, one} = b_i[B_BITS-1 -: 2];
                assign hidden     = HIDDEN != 0 ? {1'b0, a_i, {BITS-1{1'b0}}} : {W{1'b0}};
            end else begin : g_even
                assign two    = HIDDEN != 0 && b_i[B_BITS-1];
                assign one    = (HIDDEN != 0) ^ b_i[B_BITS-1];
                assign hidden = {W{1'b0}};
            end
            wire [N-1:0] top_row = ({1'b0, a_i} & {N{one}}) | ({a_i, 1'b0} & {N{two}});
            reg [W-1:0] sum;
            reg [N:0]   row;
            reg         neg;
            integer     d;
            always @* begin
                sum = CORRECTION + hidden + ({{W-N{1'b0}}, top_row} << (2 * ROWS));
                for (d = 0; d < ROWS; d = d + 1) begin
                    {neg, row} = flx_digit({1'b0, a_i}, {1'b0, b_i[3*d +: 3]});
                    sum = sum + ({{W-N-1{1'b0}}, row} << (2 * d)) + ({{W-1{1'b0}}, neg} << (2 * d));
                end
            end
            assign p_o = sum;
        end
    endgenerate
endmodule
`default_nettype wire
