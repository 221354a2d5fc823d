// flx_dot.v - sum_o = add_i + dot product of LANES pairs of mantissas, structural. Twin: rtl/array/flx_dot_fast.v, cmodel/golden/flx_gemm.c
// SPDX-License-Identifier: Apache-2.0
//
// The rows (flx_digit.vh) of all lanes and the addend in ONE sum, which synthesis merges into one carry-save tree with one
// carry propagation. Rows are not sign-extended: each is 2^N too large, and CORRECTION takes that back for all at once.
// b comes as digits (flx_recode.v). Exact modulo 2^SUM_BITS. Combinational.
`default_nettype none
module flx_dot #(
    parameter LANES      = 4,
    parameter MANT_BITS  = 16,
    parameter SUM_BITS   = 48,                                  // >= 2 MANT_BITS
    parameter DIGIT_BITS = 3 * ((MANT_BITS + 1) / 2) + 1        // derived: b's digits of a lane
) (
    input  wire [LANES*MANT_BITS-1:0]  a_i,
    input  wire [LANES*DIGIT_BITS-1:0] digits_i,
    input  wire [SUM_BITS-1:0]         add_i,
    output wire [SUM_BITS-1:0]         sum_o
);
    localparam N      = MANT_BITS;
    localparam DIGITS = (N + 1) / 2;

    function [SUM_BITS-1:0] correction(input integer unused);
        integer i;
        begin
            correction = {SUM_BITS{1'b0}};
            for (i = 0; i < LANES * DIGITS; i = i + 1)
                correction = correction - ({{SUM_BITS-1{1'b0}}, 1'b1} << (N + 2 * (i % DIGITS) + 0 * unused));
        end
    endfunction
    localparam [SUM_BITS-1:0] CORRECTION = correction(0);

    `include "flx_digit.vh"

    reg [SUM_BITS-1:0] sum;
    reg [N:0]          row;
    reg                minus;
    reg                low;         // the top digit is -2
    integer lane, d;
    always @* begin
        sum = add_i + CORRECTION;
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            for (d = 0; d < DIGITS; d = d + 1) begin
                low = d == DIGITS - 1 && digits_i[lane*DIGIT_BITS + 3*DIGITS];
                {minus, row} = flx_digit(a_i[lane*N +: N], {low, digits_i[lane*DIGIT_BITS + 3*d +: 3]});
                sum = sum + ({{SUM_BITS-N-1{1'b0}}, row} << (2 * d)) + ({{SUM_BITS-1{1'b0}}, minus} << (2 * d));
            end
        end
    end
    assign sum_o = sum;
endmodule
`default_nettype wire
