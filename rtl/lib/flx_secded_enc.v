// flx_secded_enc.v - check bits of a single-error-correcting, double-error-detecting code. Twin: rtl/lib/flx_secded_dec.v
// SPDX-License-Identifier: Apache-2.0
//
// Hsiao code: the column of data bit i is the i-th vector of odd weight >= 3, light ones first, so every single error has
// an odd syndrome and every double error an even, non-zero one. The lowest two check bits are inverted: a word of zeros,
// as a dead memory gives it, has an even syndrome and is no code word. columns_o is the constant matrix, so that the decoder
// need not state it again.
`default_nettype none
module flx_secded_enc #(
    parameter DATA_BITS  = 25,
    parameter CHECK_BITS = 6    // smallest r with 2^(r-1) - r >= DATA_BITS
) (
    input  wire [DATA_BITS-1:0]            data_i,
    output wire [CHECK_BITS-1:0]           check_o,
    output wire [DATA_BITS*CHECK_BITS-1:0] columns_o
);
    function [DATA_BITS*CHECK_BITS-1:0] columns(input integer unused);
        integer weight, vector, ones, bit_index, next;
        begin
            columns = {DATA_BITS*CHECK_BITS{1'b0}};
            next    = 0 * unused;
            for (weight = 3; weight <= CHECK_BITS; weight = weight + 2)
                for (vector = 0; vector < (1 << CHECK_BITS); vector = vector + 1) begin
                    ones = 0;
                    for (bit_index = 0; bit_index < CHECK_BITS; bit_index = bit_index + 1)
                        ones = ones + ((vector >> bit_index) & 1);
                    if (ones == weight && next < DATA_BITS) begin
                        columns[next*CHECK_BITS +: CHECK_BITS] = vector[CHECK_BITS-1:0];
                        next = next + 1;
                    end
                end
        end
    endfunction

    localparam [DATA_BITS*CHECK_BITS-1:0] COLUMNS = columns(0);
    assign columns_o = COLUMNS;

    genvar r, i;
    generate
        for (r = 0; r < CHECK_BITS; r = r + 1) begin : g_check
            wire [DATA_BITS-1:0] row;
            for (i = 0; i < DATA_BITS; i = i + 1) begin : g_bit
                assign row[i] = COLUMNS[i*CHECK_BITS+r];
            end
            assign check_o[r] = (^(data_i & row)) ^ (r < 2);
        end
    endgenerate
endmodule
`default_nettype wire
