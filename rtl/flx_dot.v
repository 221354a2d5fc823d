// flx_dot.v - sum_o = add_i + dot product of LANES pairs of mantissas, structural. Twin: rtl/flx_dot_fast.v, cmodel/flx_gemm.c
//
// The Booth rows (flx_booth.v) of all lanes and the addend in ONE sum, which synthesis merges into one carry-save tree with one
// carry propagation. Rows are not sign-extended: each is 2^N too large, and CORRECTION takes that back for all at once.
// Exact modulo 2^SUM_BITS. Combinational.
`default_nettype none
module flx_dot #(
    parameter LANES     = 4,
    parameter MANT_BITS = 16,
    parameter SUM_BITS  = 48    // >= 2 MANT_BITS
) (
    input  wire [LANES*MANT_BITS-1:0] a_i,
    input  wire [LANES*MANT_BITS-1:0] b_i,
    input  wire [SUM_BITS-1:0]        add_i,
    output wire [SUM_BITS-1:0]        sum_o
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

    genvar l, d;
    generate
        for (l = 0; l < LANES; l = l + 1) begin : g_lane
            // b, sign-extended to whole digits, with a 0 below
            wire [2*DIGITS:0] digits = {{2*DIGITS-N+1{b_i[l*N+N-1]}}, b_i[l*N +: N-1], 1'b0};
            for (d = 0; d < DIGITS; d = d + 1) begin : g_digit
                wire [N:0]          row;
                wire                neg;
                wire [SUM_BITS-1:0] before, sum;    // of the rows up to this one
                if (l == 0 && d == 0) begin : g_first
                    assign before = add_i + CORRECTION;
                end else if (d == 0) begin : g_next_lane
                    assign before = g_lane[l-1].g_digit[DIGITS-1].sum;
                end else begin : g_next
                    assign before = g_lane[l].g_digit[d-1].sum;
                end
                flx_booth #(.MANT_BITS(N)) u_booth (
                    .a_i(a_i[l*N +: N]), .group_i(digits[2*d +: 3]), .row_o(row), .neg_o(neg)
                );
                assign sum = before + ({{SUM_BITS-N-1{1'b0}}, row} << (2 * d)) + ({{SUM_BITS-1{1'b0}}, neg} << (2 * d));
            end
        end
    endgenerate
    assign sum_o = g_lane[LANES-1].g_digit[DIGITS-1].sum;
endmodule
`default_nettype wire
