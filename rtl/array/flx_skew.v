// flx_skew.v - delays a word by DEPTH registers (0: none); the data registers are not reset. Twin: docs/core.md
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module flx_skew #(
    parameter WIDTH = 8,
    parameter DEPTH = 1
) (
    input  wire             clk_i,
    input  wire [WIDTH-1:0] data_i,
    output wire [WIDTH-1:0] data_o
);
    generate
        if (DEPTH == 0) begin : g_none
            wire unused = clk_i;
            assign data_o = data_i;
        end else begin : g_delay
            reg [WIDTH*DEPTH-1:0] data_q;
            if (DEPTH == 1) begin : g_one
                always @(posedge clk_i) data_q <= data_i;
            end else begin : g_many
                always @(posedge clk_i) data_q <= {data_q[WIDTH*(DEPTH-1)-1:0], data_i};
            end
            assign data_o = data_q[WIDTH*DEPTH-1 -: WIDTH];
        end
    endgenerate
endmodule
`default_nettype wire
