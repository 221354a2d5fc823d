// rival_bench.v - every rival's step without registers, and a small array of it, with AND rows and with digits, on shared inputs. Twin: rivals_test.cc
// SPDX-License-Identifier: Apache-2.0
`default_nettype none
module rival_bench (
    input  wire          clk_i,
    input  wire          rst_ni,
    // one step, combinational; lane l in bits 32 l and up
    input  wire [127:0]  a_i,
    input  wire [127:0]  b_i,
    input  wire [31:0]   acc_i,
    output wire [639:0]  step_o,        // variant v, FAST = 1 - w in bits 64 v + 32 w and up
    // arrays of up to 4 rows and 4 columns
    input  wire          first_i,
    input  wire [3:0]    last_i,
    input  wire [511:0]  row_i,         // row r, lane l in bits 128 r + 32 l and up
    input  wire [511:0]  col_i,
    output wire [2559:0] bus_o          // variant v, FAST = 1 - w, column c in bits 256 v + 128 w + 32 c and up
);
    // KIND, LANES, PE_PIPE, SUBNORMAL, SERIAL, ROWS, COLS, CLUSTER of a variant; variant 0 is the last. VARIANTS in rivals_test.cc lists the same.
    localparam [10*32-1:0] VARIANTS = {
        32'h44010111, 32'h34201222, 32'h51001222, 32'h41101321, 32'h41011222,
        32'h31100422, 32'h21100222, 32'h21011111, 32'h11101444, 32'h04011242
    };
    wire unused = &{1'b0, a_i, b_i, row_i, col_i, last_i};
    genvar v, w, l, r, c;
    generate
        for (v = 0; v < 10; v = v + 1) begin : g_variant
            localparam integer KIND      = {28'd0, VARIANTS[32*v+28 +: 4]};
            localparam integer LANES     = {28'd0, VARIANTS[32*v+24 +: 4]};
            localparam integer PE_PIPE   = {28'd0, VARIANTS[32*v+20 +: 4]};
            localparam integer SUBNORMAL = {28'd0, VARIANTS[32*v+16 +: 4]};
            localparam integer SERIAL    = {28'd0, VARIANTS[32*v+12 +: 4]};
            localparam integer ROWS      = {28'd0, VARIANTS[32*v+8 +: 4]};
            localparam integer COLS      = {28'd0, VARIANTS[32*v+4 +: 4]};
            localparam integer CLUSTER   = {28'd0, VARIANTS[32*v +: 4]};
            localparam IN  = KIND == 0 ? 8 : KIND == 5 ? 32 : 16;
            localparam ACC = KIND == 1 || KIND == 2 ? 16 : 32;
            wire [LANES*IN-1:0]      a;
            wire [ROWS*LANES*IN-1:0] row;
            wire [COLS*LANES*IN-1:0] col;
            for (l = 0; l < LANES; l = l + 1) begin : g_lane
                assign a[l*IN +: IN] = a_i[32*l +: IN];
                for (r = 0; r < ROWS; r = r + 1) begin : g_row
                    assign row[(r*LANES+l)*IN +: IN] = row_i[128*r+32*l +: IN];
                end
                for (c = 0; c < COLS; c = c + 1) begin : g_col
                    assign col[(c*LANES+l)*IN +: IN] = col_i[128*c+32*l +: IN];
                end
            end
            for (w = 0; w < 2; w = w + 1) begin : g_recoded
                localparam B = w == 0 ? IN : KIND == 0 ? 13 : KIND == 5 ? 44 : KIND == 1 || KIND == 3 ? 20 : SUBNORMAL != 0 ? 23 : 22;
                wire [LANES*B-1:0]  b;
                wire [ACC-1:0]      acc;
                wire [COLS*ACC-1:0] bus;
                for (l = 0; l < LANES; l = l + 1) begin : g_edge
                    flx_rival_edge #(.KIND(KIND), .SUBNORMAL(SUBNORMAL), .FAST(1 - w)) u_edge (.word_i(b_i[32*l +: IN]), .word_o(b[l*B +: B]));
                end
                flx_rival_step #(.KIND(KIND), .LANES(LANES), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(1 - w)) u_step (
                    .clk_i(clk_i), .a_i(a), .b_i(b), .acc_i(acc_i[ACC-1:0]), .acc_o(acc)
                );
                flx_rival_array #(
                    .ROWS(ROWS), .COLS(COLS), .CLUSTER(CLUSTER), .KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(1 - w)
                ) u_array (
                    .clk_i(clk_i), .rst_ni(rst_ni), .first_i(first_i), .last_i(last_i[ROWS-1:0]), .a_i(row), .b_i(col), .col_data_o(bus)
                );
                assign step_o[64*v+32*w +: 32] = {{32-ACC{1'b0}}, acc};
                for (c = 0; c < 4; c = c + 1) begin : g_bus
                    if (c < COLS) begin : g_there
                        assign bus_o[256*v+128*w+32*c +: 32] = {{32-ACC{1'b0}}, bus[c*ACC +: ACC]};
                    end else begin : g_none
                        assign bus_o[256*v+128*w+32*c +: 32] = 32'd0;
                    end
                end
            end
        end
    endgenerate
endmodule
`default_nettype wire
