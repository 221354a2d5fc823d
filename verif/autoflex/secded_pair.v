// secded_pair.v - encoder, bit flips, decoder for every word width of flx_exp_unit. Twin: secded_test.cc
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module secded_pair (
    input  wire [113:0] data_i,
    input  wire [121:0] flip_i,         // {check, data}, as many bits as the word has
    input  wire         raw_i,          // the word is flip_i
    output wire [8:0]   intact_o,
    output wire [8:0]   corrected_o,
    output wire [8:0]   uncorrectable_o
);
    // entry, window and statistics words of N + M = 16 + 5, 12 + 8, 8 + 4
    localparam [9*8-1:0] DATA  = {8'd25, 8'd22, 8'd114, 8'd31, 8'd21, 8'd110, 8'd23, 8'd13, 8'd106};
    localparam [9*8-1:0] CHECK = {8'd6, 8'd6, 8'd8, 8'd7, 8'd6, 8'd8, 8'd6, 8'd6, 8'd8};
    genvar g;
    generate
        for (g = 0; g < 9; g = g + 1) begin : g_width
            localparam integer D = {24'd0, DATA[8*g +: 8]};
            localparam integer C = {24'd0, CHECK[8*g +: 8]};
            wire [C-1:0] check;
            wire [D-1:0] data;
            /* verilator lint_off PINCONNECTEMPTY */
            flx_secded_enc #(.DATA_BITS(D), .CHECK_BITS(C)) u_enc (
                .data_i(data_i[D-1:0]), .check_o(check), .columns_o()
            );
            /* verilator lint_on PINCONNECTEMPTY */
            flx_secded_dec #(.DATA_BITS(D), .CHECK_BITS(C)) u_dec (
                .word_i(({check, data_i[D-1:0]} & {D+C{!raw_i}}) ^ flip_i[D+C-1:0]), .data_o(data),
                .corrected_o(corrected_o[g]), .uncorrectable_o(uncorrectable_o[g])
            );
            assign intact_o[g] = data == data_i[D-1:0];
        end
    endgenerate
endmodule
`default_nettype wire
