// flx_seq.v - issues one operand beat per cycle: tile loops, column-bus gap, result credit. Twin: cmodel/cycle/flx_cycle.c
// SPDX-License-Identifier: Apache-2.0
//
// Rules, all checked against the cycle model in every cycle (docs/core.md):
//   1. A command is taken when none is active, or in the cycle in which the active one's last beat fires: no bubble.
//   2. A beat fires iff a command is active and both operands are there, and for a tile's last beat also 3 and 4.
//   3. gap = 0: the rows of the tile before have left the column buses' first row.
//   4. A dry or void command, or room in the result FIFO for all rows of the tile, counting those still in the array.
//   5. A void command gives no rows: neither results nor statistics.
`default_nettype none
`include "flx_defs.vh"
module flx_seq #(
    parameter ROWS       = 8,
    parameter COLS       = 8,
    parameter LANES      = 4,
    parameter C_DEPTH    = 32,
    parameter SHIFT_BITS = 7,
    parameter STOCH_EN   = 0,
    parameter PE_PIPE    = 0,
    parameter COL_BITS   = $clog2(COLS + 1)
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    // offered command
    input  wire                  cmd_valid_i,
    output wire                  cmd_ready_o,
    input  wire [23:0]           cmd_m_i,
    input  wire [23:0]           cmd_n_i,
    input  wire [23:0]           cmd_k_i,
    input  wire [SHIFT_BITS-1:0] cmd_shift_i,
    input  wire [2:0]            cmd_rounding_i,
    input  wire                  cmd_chunk_i,
    input  wire                  cmd_dry_i,
    input  wire                  cmd_void_i,
    input  wire [31:0]           cmd_seed_i,
    // operands
    input  wire                  a_valid_i,
    input  wire                  b_valid_i,
    output wire                  fire_o,
    output wire [LANES-1:0]      lanes_o,        // lanes inside K
    output wire                  first_o,
    output wire [ROWS-1:0]       last_o,
    output wire                  chunk_o,
    output wire [SHIFT_BITS-1:0] shift_o,
    // a row's control for flx_drain: row i in the cycle t + 2 + PE_PIPE + i, the tile's last beat fired in t
    output wire                  row_valid_o,
    output wire                  row_dry_o,
    output wire                  row_last_o,
    output wire [COL_BITS-1:0]   row_cols_o,
    output wire [SHIFT_BITS-1:0] row_shift_o,
    output wire [2:0]            row_rounding_o,
    output wire [31:0]           row_random_o,
    // a result beat was taken
    input  wire                  c_taken_i,
    // for the counters
    output wire                  active_o,
    output wire                  stall_drain_o,
    output wire                  stall_c_o
);
    localparam L           = $clog2(LANES);
    localparam ROW_BITS    = $clog2(ROWS + 1);
    localparam CREDIT_BITS = $clog2(C_DEPTH + 1);
    localparam CHUNK_BEATS = `FLX_CHUNK_LENGTH / LANES;
    localparam [31:0] ROWS_W = ROWS, COLS_W = COLS, DEPTH_W = C_DEPTH, CHUNK_LAST = CHUNK_BEATS - 1;

    reg                   active_q, first_q, chunk_q, dry_q, void_q;  // dry_q of a void command, too
    reg [23:0]            m_left_q, n_q, n_left_q, steps_q, steps_left_q;
    reg [LANES-1:0]       tail_q;               // lanes of a tile's last beat
    reg [SHIFT_BITS-1:0]  shift_q;
    reg [2:0]             rounding_q;
    reg [4:0]             beat_q;               // inside a chunk
    reg [ROW_BITS-1:0]    gap_q;
    reg [CREDIT_BITS-1:0] credit_q;

    wire tile_last = steps_left_q == 24'd1;
    wire n_last    = n_left_q <= COLS_W[23:0];
    wire m_last    = m_left_q <= ROWS_W[23:0];
    wire [ROW_BITS-1:0] rows = m_last ? m_left_q[ROW_BITS-1:0] : ROWS_W[ROW_BITS-1:0];
    wire [COL_BITS-1:0] cols = n_last ? n_left_q[COL_BITS-1:0] : COLS_W[COL_BITS-1:0];

    wire operands  = active_q && a_valid_i && b_valid_i;
    wire room      = dry_q || {{32-CREDIT_BITS{1'b0}}, credit_q} >= {{32-ROW_BITS{1'b0}}, rows};
    wire gap_open  = gap_q == {ROW_BITS{1'b0}};
    wire fire      = operands && (!tile_last || (gap_open && room));
    wire fire_last = fire && tile_last;
    wire fire_end  = fire_last && n_last && m_last;
    wire take      = cmd_valid_i && cmd_ready_o;
    wire [23:0] k_last = cmd_k_i - 24'd1;
    wire [23:0] steps  = (k_last >> L) + 24'd1;
    wire [CREDIT_BITS-1:0] credit_used = fire_last && !dry_q ? {{CREDIT_BITS-ROW_BITS{1'b0}}, rows} : {CREDIT_BITS{1'b0}};

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            active_q <= 1'b0;
            gap_q    <= {ROW_BITS{1'b0}};
            credit_q <= DEPTH_W[CREDIT_BITS-1:0];
        end else begin
            if (take) active_q <= 1'b1;
            else if (fire_end) active_q <= 1'b0;
            if (fire_last) gap_q <= rows - {{ROW_BITS-1{1'b0}}, 1'b1};
            else if (!gap_open) gap_q <= gap_q - {{ROW_BITS-1{1'b0}}, 1'b1};
            credit_q <= credit_q - credit_used + {{CREDIT_BITS-1{1'b0}}, c_taken_i};
        end
        if (take) begin
            m_left_q     <= cmd_m_i;
            n_q          <= cmd_n_i;
            n_left_q     <= cmd_n_i;
            steps_q      <= steps;
            steps_left_q <= steps;
            first_q      <= 1'b1;
            beat_q       <= 5'd0;
            shift_q      <= cmd_shift_i;
            rounding_q   <= cmd_rounding_i;
            chunk_q      <= cmd_chunk_i;
            dry_q        <= cmd_dry_i || cmd_void_i;
            void_q       <= cmd_void_i;
        end else if (fire) begin
            steps_left_q <= tile_last ? steps_q : steps_left_q - 24'd1;
            first_q      <= tile_last;
            beat_q       <= tile_last || beat_q == CHUNK_LAST[4:0] ? 5'd0 : beat_q + 5'd1;
            if (tile_last) n_left_q <= n_last ? n_q : n_left_q - COLS_W[23:0];
            if (tile_last && n_last) m_left_q <= m_left_q - ROWS_W[23:0];
        end
    end

    genvar g;
    generate
        for (g = 0; g < LANES; g = g + 1) begin : g_lane
            if (g == 0) begin : g_first
                always @(posedge clk_i)
                    if (take) tail_q[g] <= 1'b1;
            end else begin : g_next
                localparam [31:0] INDEX = g;
                always @(posedge clk_i)
                    if (take) tail_q[g] <= k_last[L-1:0] >= INDEX[L-1:0];
            end
            assign lanes_o[g] = !tile_last || tail_q[g];
        end
        for (g = 0; g < ROWS; g = g + 1) begin : g_row
            localparam [31:0] INDEX = g;
            assign last_o[g] = tile_last && INDEX[ROW_BITS-1:0] < rows;
        end
    endgenerate

    // ---- control of the finished tile's rows ---------------------------------------------------
    reg [ROW_BITS-1:0]   out_left_q;
    reg                  out_dry_q, out_end_q, row_valid_q, row_dry_q, row_last_q;
    reg [COL_BITS-1:0]   out_cols_q, row_cols_q;
    reg [SHIFT_BITS-1:0] out_shift_q, row_shift_q;
    reg [2:0]            out_rounding_q, row_rounding_q;
    wire                 out_any = out_left_q != {ROW_BITS{1'b0}};
    always @(posedge clk_i) begin
        if (!rst_ni) begin
            out_left_q  <= {ROW_BITS{1'b0}};
            row_valid_q <= 1'b0;
        end else begin
            if (fire_last) out_left_q <= void_q ? {ROW_BITS{1'b0}} : rows;
            else if (out_any) out_left_q <= out_left_q - {{ROW_BITS-1{1'b0}}, 1'b1};
            row_valid_q <= out_any;
        end
        if (fire_last) begin
            out_dry_q      <= dry_q;
            out_end_q      <= fire_end;
            out_cols_q     <= cols;
            out_shift_q    <= shift_q;
            out_rounding_q <= rounding_q;
        end
        if (out_any) begin
            row_dry_q      <= out_dry_q;
            row_last_q     <= out_end_q && out_left_q == {{ROW_BITS-1{1'b0}}, 1'b1};
            row_cols_q     <= out_cols_q;
            row_shift_q    <= out_shift_q;
            row_rounding_q <= out_rounding_q;
        end
    end

    wire [31:0] random;
    generate
        if (STOCH_EN != 0) begin : g_random
            localparam [31:0] ROW_STEP = `FLX_RANDOM_ROW_STEP, COL_STEP = `FLX_RANDOM_COL_STEP;   // of flx_stochastic_word
            reg [31:0] tile_m_q, tile_n_q, out_q, row_q;
            always @(posedge clk_i) begin
                if (take) begin
                    tile_m_q <= cmd_seed_i;
                    tile_n_q <= 32'd0;
                end else if (fire_last) begin
                    tile_n_q <= n_last ? 32'd0 : tile_n_q + COL_STEP * COLS_W;
                    if (n_last) tile_m_q <= tile_m_q + ROW_STEP * ROWS_W;
                end
                out_q <= fire_last ? tile_m_q + tile_n_q : out_q + ROW_STEP;
                row_q <= out_q;
            end
            assign random = row_q;
        end else begin : g_no_random
            wire unused = &{1'b0, cmd_seed_i};
            assign random = 32'd0;
        end
    endgenerate

    generate
        if (PE_PIPE != 0) begin : g_late        // as late as the sums
            reg                  late_valid_q, late_dry_q, late_last_q;
            reg [COL_BITS-1:0]   late_cols_q;
            reg [SHIFT_BITS-1:0] late_shift_q;
            reg [2:0]            late_rounding_q;
            reg [31:0]           late_random_q;
            always @(posedge clk_i) begin
                if (!rst_ni) late_valid_q <= 1'b0;
                else late_valid_q <= row_valid_q;
                late_dry_q      <= row_dry_q;
                late_last_q     <= row_last_q;
                late_cols_q     <= row_cols_q;
                late_shift_q    <= row_shift_q;
                late_rounding_q <= row_rounding_q;
                late_random_q   <= random;
            end
            assign row_valid_o    = late_valid_q;
            assign row_dry_o      = late_dry_q;
            assign row_last_o     = late_last_q;
            assign row_cols_o     = late_cols_q;
            assign row_shift_o    = late_shift_q;
            assign row_rounding_o = late_rounding_q;
            assign row_random_o   = late_random_q;
        end else begin : g_now
            assign row_valid_o    = row_valid_q;
            assign row_dry_o      = row_dry_q;
            assign row_last_o     = row_last_q;
            assign row_cols_o     = row_cols_q;
            assign row_shift_o    = row_shift_q;
            assign row_rounding_o = row_rounding_q;
            assign row_random_o   = random;
        end
    endgenerate

    assign cmd_ready_o    = !active_q || fire_end;
    assign fire_o         = fire;
    assign first_o        = first_q;
    assign chunk_o        = chunk_q && (tile_last || beat_q == CHUNK_LAST[4:0]);
    assign shift_o        = shift_q;
    assign active_o       = active_q;
    assign stall_drain_o  = operands && tile_last && !gap_open;
    assign stall_c_o      = operands && tile_last && gap_open && !room;
endmodule
`default_nettype wire
