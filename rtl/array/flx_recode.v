// flx_recode.v - an operand as radix-4 digits of {-1, 0, 1, 2}, at the edge of the array. Twin: rtl/array/flx_digit.vh
// SPDX-License-Identifier: Apache-2.0
//
//   b_i = sum over d of digit_d 4^d
// A digit is three wires, {neg, two, one}, at most one of them 1: each selects one of -a, 2a, a, so a row of the multiplier is one AND-OR gate
// per bit, where Booth's digits, of which both 2a and a can be negative, need an exclusive or behind it. The price is a carry through the digits,
// which is why it is done once, where b enters a column, and not in every processing element of it.
// From bit 0 up, digit 0 first. SIGNED (two's complement): the top digit can be -2, too, a fourth wire; DIGIT_BITS = 3 DIGITS + 1.
// Not SIGNED: the top digit is never negative, and lacks the wires that are never 1: {two, one} if BITS is odd, {one}, the carry, if it is even.
// Combinational.
`default_nettype none
module flx_recode #(
    parameter BITS       = 16,
    parameter SIGNED     = 1,
    parameter DIGITS     = SIGNED != 0 ? (BITS + 1) / 2 : BITS / 2 + 1,                                 // derived
    parameter DIGIT_BITS = SIGNED != 0 ? 3 * DIGITS + 1 : 3 * (DIGITS - 1) + 1 + BITS % 2               // derived
) (
    input  wire [BITS-1:0]       b_i,
    output wire [DIGIT_BITS-1:0] digits_o
);
    wire [2*DIGITS-1:0] b = {{2*DIGITS-BITS{SIGNED != 0 && b_i[BITS-1]}}, b_i};
    wire [3*DIGITS-1:0] digits;
    wire                low;            // the top digit is -2

    genvar d;
    generate
        for (d = 0; d < DIGITS; d = d + 1) begin : g_digit
            wire carry;                 // into this digit
            if (d == 0) begin : g_first
                assign carry = 1'b0;
            end else begin : g_next
                assign carry = b[2*d-1] && (b[2*d-2] || g_digit[d-1].carry);
            end
            wire high = b[2*d+1], odd = b[2*d] ^ carry;
            assign digits[3*d]   = odd && !high;
            assign digits[3*d+2] = odd && high;         // 3 = 4 - 1; of the top digit -2 + 1
            if (d < DIGITS - 1) begin : g_inner
                assign digits[3*d+1] = !odd && (high ^ carry);      // 2 or 1 + 1; 3 + 1 = 4 + 0
            end else begin : g_top
                assign digits[3*d+1] = !odd && !high && carry;
                assign low = !odd && high && !carry;
            end
        end
        if (SIGNED != 0) begin : g_signed
            assign digits_o = {low, digits};
        end else begin : g_unsigned
            assign digits_o = digits[DIGIT_BITS-1:0];
            wire unused = &{1'b0, low, digits[3*DIGITS-1:DIGIT_BITS]};
        end
    endgenerate
endmodule
`default_nettype wire
