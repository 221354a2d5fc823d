// rival_bench.v - every rival's step without registers, with AND rows and with digits, and small arrays of them on shared inputs. Twin: rivals_test.cc
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
    // arrays of 2 rows and 2 columns
    input  wire          first_i,
    input  wire [1:0]    last_i,
    input  wire [255:0]  row_i,         // row r, lane l in bits 128 r + 32 l and up
    input  wire [255:0]  col_i,
    output wire [1279:0] bus_o          // variant v, FAST = 1 - w, column c in bits 128 v + 64 w + 32 c and up; 0 without an array
);
    // KIND, LANES, PE_PIPE, SUBNORMAL, SERIAL of a variant; variant 0 is the last. VARIANTS in rivals_test.cc lists the same.
    localparam [10*20-1:0] VARIANTS = {
        20'h44010, 20'h34201, 20'h51001, 20'h41101, 20'h41011,
        20'h31100, 20'h21100, 20'h21011, 20'h11101, 20'h04011
    };
    localparam [9:0] WITH_ARRAY = 10'b0100000010;
    wire unused = &{1'b0, a_i, b_i, row_i, col_i};
    genvar v, w, l, r, c;
    generate
        for (v = 0; v < 10; v = v + 1) begin : g_variant
            localparam integer KIND      = {28'd0, VARIANTS[20*v+16 +: 4]};
            localparam integer LANES     = {28'd0, VARIANTS[20*v+12 +: 4]};
            localparam integer PE_PIPE      = {28'd0, VARIANTS[20*v+8 +: 4]};
            localparam integer SUBNORMAL = {28'd0, VARIANTS[20*v+4 +: 4]};
            localparam integer SERIAL    = {28'd0, VARIANTS[20*v +: 4]};
            localparam IN  = KIND == 0 ? 8 : KIND == 5 ? 32 : 16;
            localparam ACC = KIND == 1 || KIND == 2 ? 16 : 32;
            wire [LANES*IN-1:0]   a;
            wire [2*LANES*IN-1:0] row;
            wire [2*LANES*IN-1:0] col;
            for (l = 0; l < LANES; l = l + 1) begin : g_lane
                assign a[l*IN +: IN] = a_i[32*l +: IN];
                for (r = 0; r < 2; r = r + 1) begin : g_row
                    assign row[(r*LANES+l)*IN +: IN] = row_i[128*r+32*l +: IN];
                end
                for (c = 0; c < 2; c = c + 1) begin : g_col
                    assign col[(c*LANES+l)*IN +: IN] = col_i[128*c+32*l +: IN];
                end
            end
            for (w = 0; w < 2; w = w + 1) begin : g_recoded
                localparam B = w == 0 ? IN : KIND == 0 ? 13 : KIND == 5 ? 44 : KIND == 1 || KIND == 3 ? 20 : SUBNORMAL != 0 ? 23 : 22;
                wire [LANES*B-1:0] b;
                wire [ACC-1:0]     acc;
                wire [2*ACC-1:0]   bus;
                for (l = 0; l < LANES; l = l + 1) begin : g_edge
                    flx_rival_edge #(.KIND(KIND), .SUBNORMAL(SUBNORMAL), .FAST(1 - w)) u_edge (.word_i(b_i[32*l +: IN]), .word_o(b[l*B +: B]));
                end
                flx_rival_step #(.KIND(KIND), .LANES(LANES), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(1 - w)) u_step (
                    .clk_i(clk_i), .a_i(a), .b_i(b), .acc_i(acc_i[ACC-1:0]), .acc_o(acc)
                );
                if (WITH_ARRAY[v]) begin : g_array
                    flx_rival_array #(
                        .ROWS(2), .COLS(2), .KIND(KIND), .LANES(LANES), .PE_PIPE(PE_PIPE), .SUBNORMAL(SUBNORMAL), .SERIAL(SERIAL), .FAST(1 - w)
                    ) u_array (
                        .clk_i(clk_i), .rst_ni(rst_ni), .first_i(first_i), .last_i(last_i), .a_i(row), .b_i(col), .col_data_o(bus)
                    );
                end else begin : g_none
                    wire unused_operands = &{1'b0, row, col};
                    assign bus = {2*ACC{1'b0}};
                end
                assign step_o[64*v+32*w +: 32] = {{32-ACC{1'b0}}, acc};
                for (c = 0; c < 2; c = c + 1) begin : g_bus
                    assign bus_o[128*v+64*w+32*c +: 32] = {{32-ACC{1'b0}}, bus[c*ACC +: ACC]};
                end
            end
        end
    endgenerate
endmodule
`default_nettype wire
