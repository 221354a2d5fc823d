// flx_fifo.v - first in, first out; valid and ready come from registers. Twin: the counts in cmodel/cycle/flx_cycle.c
// SPDX-License-Identifier: Apache-2.0
//
// A word pushed in cycle t is visible in t + 1. A full FIFO does not accept, even if it is being read. What an empty one
// shows may be a word never written.
`default_nettype none
module flx_fifo #(
    parameter WIDTH = 8,
    parameter DEPTH = 4     // any >= 1
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             in_valid_i,
    output wire             in_ready_o,
    input  wire [WIDTH-1:0] in_data_i,
    output wire             out_valid_o,
    input  wire             out_ready_i,
    output wire [WIDTH-1:0] out_data_o
);
    localparam P = DEPTH > 1 ? $clog2(DEPTH) : 1;
    localparam C = $clog2(DEPTH + 1);
    localparam [31:0] LAST = DEPTH - 1, FULL = DEPTH;

    reg [WIDTH-1:0] word_q [0:DEPTH-1];
    reg [P-1:0]     read_q, write_q;
    reg [C-1:0]     count_q;

    wire push = in_valid_i && in_ready_o;
    wire pop  = out_valid_o && out_ready_i;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            read_q  <= {P{1'b0}};
            write_q <= {P{1'b0}};
            count_q <= {C{1'b0}};
        end else begin
            if (push) write_q <= write_q == LAST[P-1:0] ? {P{1'b0}} : write_q + {{P-1{1'b0}}, 1'b1};
            if (pop) read_q <= read_q == LAST[P-1:0] ? {P{1'b0}} : read_q + {{P-1{1'b0}}, 1'b1};
            count_q <= count_q + {{C-1{1'b0}}, push} - {{C-1{1'b0}}, pop};
        end
        if (push) word_q[write_q] <= in_data_i;
    end

    assign in_ready_o  = count_q != FULL[C-1:0];
    assign out_valid_o = count_q != {C{1'b0}};
    assign out_data_o  = word_q[read_q];
endmodule
`default_nettype wire
