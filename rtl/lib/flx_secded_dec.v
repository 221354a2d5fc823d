// flx_secded_dec.v - corrects one wrong bit of a coded word, detects two. Twin: rtl/lib/flx_secded_enc.v
// SPDX-License-Identifier: Apache-2.0
//
// Word: {check, data}. Combinational. data_o is meaningless while uncorrectable_o is 1.
`default_nettype none
module flx_secded_dec #(
    parameter DATA_BITS  = 25,
    parameter CHECK_BITS = 6
) (
    input  wire [DATA_BITS+CHECK_BITS-1:0] word_i,
    output wire [DATA_BITS-1:0]            data_o,
    output wire                            corrected_o,     // one bit was wrong: data or check
    output wire                            uncorrectable_o
);
    wire [CHECK_BITS-1:0]           check;
    wire [DATA_BITS*CHECK_BITS-1:0] columns;
    flx_secded_enc #(.DATA_BITS(DATA_BITS), .CHECK_BITS(CHECK_BITS)) u_enc (
        .data_i(word_i[DATA_BITS-1:0]),
        .check_o(check),
        .columns_o(columns)
    );

    wire [CHECK_BITS-1:0] syndrome = check ^ word_i[DATA_BITS +: CHECK_BITS];
    wire [DATA_BITS-1:0]  flip;
    wire [CHECK_BITS-1:0] flip_check;

    // The syndrome's halves are decoded once; a data bit then costs one AND gate, not a comparator.
    localparam LOW  = CHECK_BITS / 2;
    localparam HIGH = CHECK_BITS - LOW;
    wire [(1<<LOW)-1:0]  low;
    wire [(1<<HIGH)-1:0] high;
    genvar i;
    generate
        for (i = 0; i < (1 << LOW); i = i + 1) begin : g_low
            localparam [31:0] VALUE = i;
            assign low[i] = syndrome[LOW-1:0] == VALUE[LOW-1:0];
        end
        for (i = 0; i < (1 << HIGH); i = i + 1) begin : g_high
            localparam [31:0] VALUE = i;
            assign high[i] = syndrome[CHECK_BITS-1:LOW] == VALUE[HIGH-1:0];
        end
        for (i = 0; i < DATA_BITS; i = i + 1) begin : g_flip
            assign flip[i] = low[columns[i*CHECK_BITS +: LOW]] & high[columns[i*CHECK_BITS+LOW +: HIGH]];
        end
        for (i = 0; i < CHECK_BITS; i = i + 1) begin : g_flip_check
            if (i < LOW) begin : g_low
                assign flip_check[i] = low[1<<i] & high[0];
            end else begin : g_high
                assign flip_check[i] = low[0] & high[1<<(i-LOW)];
            end
        end
    endgenerate

    assign data_o          = word_i[DATA_BITS-1:0] ^ flip;
    assign corrected_o     = (|flip) | (|flip_check);
    assign uncorrectable_o = (|syndrome) & ~corrected_o;
endmodule
`default_nettype wire
