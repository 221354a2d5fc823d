// flx_ram.v - memory with one write and one registered read port; a black-box SRAM in synthesis. Twin: none
// SPDX-License-Identifier: Apache-2.0
//
// The read register keeps its word until the next read, whatever is written: the exponent unit uses it as storage.
// A read of the address that is being written in the same cycle returns the old word; the unit never does that.
`default_nettype none
module flx_ram #(
    parameter WORD_BITS = 32,
    parameter WORDS     = 16,
    parameter ADDR_BITS = 4
) (
    input  wire                 clk_i,
    input  wire                 we_i,
    input  wire [ADDR_BITS-1:0] waddr_i,
    input  wire [WORD_BITS-1:0] wdata_i,
    input  wire                 re_i,
    input  wire [ADDR_BITS-1:0] raddr_i,
    output wire [WORD_BITS-1:0] rdata_o
);
    reg [WORD_BITS-1:0] mem_q [0:WORDS-1] /* verilator public_flat_rw */;
    reg [WORD_BITS-1:0] rdata_q;

    always @(posedge clk_i) begin
        if (we_i) mem_q[waddr_i] <= wdata_i;
        if (re_i) rdata_q <= mem_q[raddr_i];
    end
    assign rdata_o = rdata_q;
endmodule
`default_nettype wire
