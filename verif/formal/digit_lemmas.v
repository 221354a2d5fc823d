// digit_lemmas.v - what makes flx_dot a dot product, for every operand. Twin: rtl/array/flx_digit.vh, rtl/array/flx_recode.v, formal.py
// SPDX-License-Identifier: Apache-2.0
//
//   1. A row is its digit times a:   row - 2^N + minus = digit * a, where at most one wire of the digit is 1
//   2. The digits are b:             sum of digit_d 4^d = b, and at most one wire of each is 1
// flx_dot adds row 4^d, minus 4^d and -2^N 4^d, nothing else; so with 1 and 2 it adds a * b of every lane to add_i.
// SIGNED = 0: the digits of a significand, unsigned.
`default_nettype none
module digit_lemmas #(
    parameter MANT_BITS = 16,
    parameter SIGNED    = 1
) (
    input  wire [MANT_BITS-1:0] a_i,
    input  wire [3:0]           digit_i,
    input  wire [MANT_BITS-1:0] b_i,
    output wire                 wrong_row_o,
    output wire                 wrong_digits_o
);
    localparam N = MANT_BITS;
    localparam W = N + 4;

    `include "flx_digit.vh"
    wire [N:0] row;
    wire       minus;
    assign {minus, row} = flx_digit(a_i, digit_i);
    wire [W-1:0] a     = {{W-N{a_i[N-1]}}, a_i};
    wire [W-1:0] value = {{W-N-1{1'b0}}, row} - ({{W-1{1'b0}}, 1'b1} << N) + {{W-1{1'b0}}, minus};
    reg  [W-1:0] want;
    reg          known;
    always @* begin
        known = 1'b1;
        case (digit_i)
            4'b0000: want = {W{1'b0}};
            4'b0001: want = a;
            4'b0010: want = a + a;
            4'b0100: want = -a;
            4'b1000: want = -(a + a);
            default: begin
                want  = {W{1'b0}};
                known = 1'b0;
            end
        endcase
    end
    assign wrong_row_o = known && value != want;

    localparam DIGITS     = SIGNED != 0 ? (N + 1) / 2 : N / 2 + 1;
    localparam DIGIT_BITS = SIGNED != 0 ? 3 * DIGITS + 1 : 3 * (DIGITS - 1) + 1 + N % 2;
    wire [DIGIT_BITS-1:0] digits;
    flx_recode #(.BITS(N), .SIGNED(SIGNED)) u_recode (.b_i(b_i), .digits_o(digits));
    wire [3*DIGITS:0]     all = {{3*DIGITS+1-DIGIT_BITS{1'b0}}, digits};
    reg  [W-1:0]          sum, digit;
    reg                   several;
    reg                   low;
    integer               d;
    always @* begin
        sum     = {W{1'b0}};
        several = 1'b0;
        for (d = 0; d < DIGITS; d = d + 1) begin
            low   = d == DIGITS - 1 && all[3*DIGITS];
            digit = {{W-1{1'b0}}, all[3*d]} + {{W-2{1'b0}}, all[3*d+1], 1'b0} - {{W-1{1'b0}}, all[3*d+2]} - {{W-2{1'b0}}, low, 1'b0};
            sum   = sum + (digit << (2 * d));
            several = several || (all[3*d] && all[3*d+1]) || (all[3*d] && all[3*d+2]) || (all[3*d+1] && all[3*d+2])
                    || (low && |all[3*d +: 3]);
        end
    end
    assign wrong_digits_o = several || sum != {{W-N{SIGNED != 0 && b_i[N-1]}}, b_i};
endmodule
`default_nettype wire
