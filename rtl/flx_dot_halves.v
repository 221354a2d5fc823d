// flx_dot_halves.v - the dot product of LANES pairs of mantissas as two sums, for a register behind them. Twin: rtl/flx_dot.v, cmodel/flx_gemm.c
//
//   dot product = lo_o + 2^N hi_o, N = MANT_BITS, lo_o unsigned, hi_o two's complement: exact for every operand.
// flx_dot's Booth rows cut at bit N: each half becomes a carry-save tree of its own, whose carry propagation is half as long. A row is at
// most 2^N in the lower half, its missing 1 included, and the rows' CORRECTION lies in the upper half alone. Combinational.
`default_nettype none
module flx_dot_halves #(
    parameter LANES     = 4,
    parameter MANT_BITS = 16,
    parameter LO_BITS   = MANT_BITS + $clog2(LANES * ((MANT_BITS + 1) / 2) + 1),    // derived
    parameter HI_BITS   = MANT_BITS + $clog2(LANES)                                 // derived
) (
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [LANES*MANT_BITS-1:0] b_i,
    output wire [LO_BITS-1:0]         lo_o,
    output wire [HI_BITS-1:0]         hi_o
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

    `include "flx_booth.vh"

    reg [LO_BITS-1:0]   lo;
    reg [HI_BITS-1:0]   hi;
    reg [2*DIGITS:0]    digits;     // b, sign-extended to whole digits, with a 0 below
    reg [N:0]           row;
    reg [N+HI_BITS-1:0] placed;
    reg                 neg;
    integer lane, d;
    always @* begin
        lo = {LO_BITS{1'b0}};
        hi = CORRECTION;
        for (lane = 0; lane < LANES; lane = lane + 1) begin
            digits = {{2*DIGITS-N+1{b_i[lane*N+N-1]}}, b_i[lane*N +: N-1], 1'b0};
            for (d = 0; d < DIGITS; d = d + 1) begin
                {neg, row} = flx_booth(a_i[lane*N +: N], digits[2*d +: 3]);
                placed = {{HI_BITS-1{1'b0}}, row} << (2 * d);
                lo = lo + {{LO_BITS-N{1'b0}}, placed[N-1:0]} + ({{LO_BITS-1{1'b0}}, neg} << (2 * d));
                hi = hi + placed[N+HI_BITS-1:N];
            end
        end
    end
    assign lo_o = lo;
    assign hi_o = hi;
endmodule
`default_nettype wire
