// flx_ram_ecc.v - flx_ram whose words are coded: one wrong bit is corrected, two are reported. Twin: the memories of cmodel/cycle/flx_cycle_exp.c
// SPDX-License-Identifier: Apache-2.0
//
// Ports and timing are flx_ram's. rdata_o, corrected_o and uncorrectable_o are those of the word read last; rdata_o is
// meaningless while uncorrectable_o is 1. A word that was never written is not known to be bad: write before you read.
`default_nettype none
module flx_ram_ecc #(
    parameter DATA_BITS = 25,
    parameter WORDS     = 16,
    parameter ADDR_BITS = 4
) (
    input  wire                 clk_i,
    input  wire                 we_i,
    input  wire [ADDR_BITS-1:0] waddr_i,
    input  wire [DATA_BITS-1:0] wdata_i,
    input  wire                 re_i,
    input  wire [ADDR_BITS-1:0] raddr_i,
    output wire [DATA_BITS-1:0] rdata_o,
    output wire                 corrected_o,
    output wire                 uncorrectable_o
);
    function integer check_bits(input integer data_bits);
        begin
            check_bits = 4;
            while ((1 << (check_bits - 1)) - check_bits < data_bits) check_bits = check_bits + 1;
        end
    endfunction
    localparam CHECK_BITS = check_bits(DATA_BITS);

    wire [CHECK_BITS-1:0]           check;
    wire [DATA_BITS+CHECK_BITS-1:0] word;
    /* verilator lint_off PINCONNECTEMPTY */
    flx_secded_enc #(.DATA_BITS(DATA_BITS), .CHECK_BITS(CHECK_BITS)) u_enc (
        .data_i(wdata_i), .check_o(check), .columns_o()
    );
    /* verilator lint_on PINCONNECTEMPTY */
    flx_ram #(.WORD_BITS(DATA_BITS + CHECK_BITS), .WORDS(WORDS), .ADDR_BITS(ADDR_BITS)) u_ram (
        .clk_i(clk_i),
        .we_i(we_i),
        .waddr_i(waddr_i),
        .wdata_i({check, wdata_i}),
        .re_i(re_i),
        .raddr_i(raddr_i),
        .rdata_o(word)
    );
    flx_secded_dec #(.DATA_BITS(DATA_BITS), .CHECK_BITS(CHECK_BITS)) u_dec (
        .word_i(word), .data_o(rdata_o), .corrected_o(corrected_o), .uncorrectable_o(uncorrectable_o)
    );
endmodule
`default_nettype wire
