// flx_dot_halves.v - the dot product of LANES pairs of mantissas as two sums, for a register behind them. Twin: rtl/array/flx_dot.v, cmodel/golden/flx_gemm.c
// SPDX-License-Identifier: Apache-2.0
//
//   dot product = lo_o + 2^N hi_o, N = MANT_BITS, lo_o unsigned, hi_o two's complement: exact for every operand.
// flx_dot's rows cut at bit N: each half becomes a carry-save tree of its own, whose carry propagation is half as long. A row is at
// most 2^N in the lower half, its missing 1 included, and the rows' CORRECTION lies in the upper half alone. Combinational.
`default_nettype none
module flx_dot_halves #(
    parameter LANES      = 4,
    parameter MANT_BITS  = 16,
    parameter DIGIT_BITS = 3 * ((MANT_BITS + 1) / 2) + 1,                           // derived, as are the others: b's digits of a lane
    parameter LO_BITS    = MANT_BITS + $clog2(LANES * ((MANT_BITS + 1) / 2) + 1),
    parameter HI_BITS    = MANT_BITS + $clog2(LANES)
) (
    input  wire [LANES*MANT_BITS-1:0]  a_i,
    input  wire [LANES*DIGIT_BITS-1:0] digits_i,
    output wire [LO_BITS-1:0]          lo_o,
    output wire [HI_BITS-1:0]          hi_o
);
    localparam N      = MANT_BITS;
    localparam DIGITS = (N + 1) / 2;

    function [HI_BITS-1:0] correction(input integer unused);
        integer i;
        begin
            correction = {HI_BITS{1'b0}};
            for (i = 0; i < LANES * DIGITS; i = i + 1)
                correction = correction - ({{HI_BITS-1{1'b0}}, 1'b1} << (2 * (i % DIGITS) + 0 * unused));
        end
    endfunction
    localparam [HI_BITS-1:0] CORRECTION = correction(0);

    `include "flx_digit.vh"

    reg [LO_BITS-1:0]   lo;
    reg [HI_BITS-1:0]   hi;
    reg [N:0]           row;
    reg [N+HI_BITS-1:0] placed;
    reg                 minus;
    reg                 low;        // the top digit is -2
    integer lane, d;
    always @* begin
        lo = {LO_BITS{1'b0}};
        hi = CORRECTION;
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            for (d = 0; d < DIGITS; d = d + 1) begin
                low = d == DIGITS - 1 && digits_i[lane*DIGIT_BITS + 3*DIGITS];
                {minus, row} = flx_digit(a_i[lane*N +: N], {low, digits_i[lane*DIGIT_BITS + 3*d +: 3]});
                placed = {{HI_BITS-1{1'b0}}, row} << (2 * d);
                lo = lo + {{LO_BITS-N{1'b0}}, placed[N-1:0]} + ({{LO_BITS-1{1'b0}}, minus} << (2 * d));
                hi = hi + placed[N+HI_BITS-1:N];
            end
        end
    end
    assign lo_o = lo;
    assign hi_o = hi;
endmodule
`default_nettype wire
