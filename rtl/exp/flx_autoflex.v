// flx_autoflex.v - Algorithm 2 in exact integers, one addition per cycle. Twin: cmodel/golden/flx_autoflex.c, cmodel/cycle/flx_autoflex_cycles.c
// SPDX-License-Identifier: Apache-2.0
//
// The decision: the smallest p with alpha (max + beta std + gamma kappa) <= 2^p (strict_i: <). With the n entries aligned to
// the window's largest exponent they are integers f; S1 = sum f, S2 = sum f^2, D = (alpha beta)^2 (n S2 - S1^2), and
//     n 2^p >= n alpha (max + gamma kappa) + sqrt(D),
// where an integer square root and "was there a remainder" decide exactly. One adder and two wide registers do it all:
//   SCAN           smallest and largest exponent
//   ALIGN, FIND    exponents upwards: acc = S2 doubles twice, S1 and max once per exponent; entries of that exponent are added
//   pass 1..6      acc = ((n S2) - S1^2) alpha alpha beta beta
//   pass 7         acc = square root, op = root
//   pass 8, 9      acc = root + n alpha max + n alpha gamma kappa
//   pass 10        n 2^p against acc, p from P_MAX down to 0
// Every product is taken from the multiplier's top bit down: op starts shifted left and moves right, so op has one shift
// direction only, the square root's. Time: see flx_autoflex_cycles.c; it depends on n and the exponents alone.
`default_nettype none
module flx_autoflex #(
    parameter MANT_BITS = 16,
    parameter EXP_BITS  = 5
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    // control: start_i for one cycle, with the inputs below stable until done_o's cycle has passed
    input  wire                start_i,
    input  wire                abort_i,
    output wire                done_o,      // last cycle; exp_o is valid in the next
    output wire [EXP_BITS-1:0] exp_o,
    // parameters
    input  wire                strict_i,
    input  wire [3:0]          alpha_i,
    input  wire [3:0]          beta_i,
    input  wire [12:0]         gamma_i,
    input  wire [4:0]          count_i,     // n, 1..16
    input  wire [EXP_BITS-1:0] exp_cur_i,   // of kappa; an entry of the window has it
    // window, entry 0 is the newest; the answer comes in the next cycle and stays
    output wire                hist_re_o,
    output wire [3:0]          hist_index_o,
    output wire                hist_first_o, // the answer on the inputs is new: count its faults
    input  wire [MANT_BITS:0]  hist_gamma_i,
    input  wire [EXP_BITS-1:0] hist_exp_i
);
    localparam N      = MANT_BITS;
    localparam M      = EXP_BITS;
    localparam E_MAX  = (1 << M) - 1;
    localparam F      = N + E_MAX;      // f <= 2^F
    localparam S_BITS = F + 5;          // S1 <= 16 * 2^F
    localparam ROOT   = F + 11;         // sqrt(D) <= 225 * 16 / 2 * 2^F < 2^(F + 11)
    localparam W      = 2 * ROOT;
    localparam P_MAX  = F + 10;         // 2^P_MAX > 15 (2^N + 8191 + 15 * 2^N / 2) 2^E_MAX for every N >= 8
    localparam K_BITS = M + 2;          // S_BITS, ROOT, P_MAX + 1 <= 2^(M + 2) for N <= 16 (M = 4: 42 <= 64)
    localparam [31:0] L_ENTRY = N, L_MEAN = S_BITS - 1, L_ROOT = ROOT - 1, L_SEARCH = P_MAX;

    localparam [2:0] S_IDLE = 0, S_SCAN = 1, S_ALIGN = 2, S_FIND = 3, S_LOAD = 4, S_SHIFT = 5, S_RUN = 6;
    localparam [3:0] P_ENTRY = 0, P_COUNT = 1, P_MEAN = 2, P_ALPHA = 3, P_BETA2 = 6, P_ROOT = 7, P_LARGEST = 8,
                     P_KAPPA = 9, P_SEARCH = 10;

    reg [2:0]        state_q, state_d;
    reg [3:0]        pass_q, pass_d;
    reg [K_BITS-1:0] k_q, k_d, length;      // length: of the pass, less one
    reg [4:0]        index_q, index_d;
    reg [M-1:0]      e_q, e_min_q, e_max_q;
    reg [W-1:0]      acc_q, op_q, acc_d, op_d;
    reg [S_BITS-1:0] sum_q;
    reg [F:0]        largest_q;
    reg [N:0]        mult_q, mult_d;
    reg signed [M+1:0] exp_q;
    reg              above_q, zero_q;   // n 2^p must exceed acc; chi = 0

    wire run      = state_q == S_RUN;
    wire load     = state_q == S_LOAD;
    wire k_last   = k_q == {K_BITS{1'b0}};
    wire match    = state_q == S_FIND && hist_exp_i == e_q;
    wire advance  = (state_q == S_FIND && !match) || (run && pass_q == P_ENTRY && k_last);
    wire last     = index_q + 5'd1 == count_i;
    wire scale    = pass_q == P_COUNT || (pass_q >= P_ALPHA && pass_q <= P_BETA2);
    wire [M-1:0] kappa_shift = ~(e_max_q - exp_cur_i);    // E_MAX - (e_max - e_cur)
    wire [7:0]   n_alpha     = {3'b0, count_i} * {4'b0, alpha_i};

    // ---- the adder -----------------------------------------------------------------------------
    wire [W-1:0] one_hot;
    genvar g;
    generate
        for (g = 0; g < ROOT; g = g + 1) begin : g_one_hot
            localparam [K_BITS-1:0] INDEX = g;
            assign one_hot[2*g]   = run && pass_q == P_ROOT && k_q == INDEX;
            assign one_hot[2*g+1] = 1'b0;
        end
    endgenerate
    wire         add_en = load ? pass_q == P_LARGEST
                        : pass_q == P_ROOT || pass_q == P_SEARCH ? 1'b1
                        : pass_q == P_MEAN ? sum_q[S_BITS-1] : mult_q[N];
    wire         sub    = !load && (pass_q == P_MEAN || pass_q == P_ROOT || pass_q == P_SEARCH);
    wire         carry_in = pass_q == P_SEARCH ? above_q : sub;
    wire [W-1:0] left   = load ? {W{1'b0}} : acc_q;
    wire [W-1:0] right  = (({W{add_en}} & op_q) | one_hot) ^ {W{sub}};
    wire [W:0]   total  = {1'b0, left} + {1'b0, right} + {{W{1'b0}}, carry_in};
    wire         no_borrow = total[W];

    // ---- control -------------------------------------------------------------------------------
    always @* begin
        case (pass_q)
            P_ENTRY:            length = L_ENTRY[K_BITS-1:0];
            P_MEAN:             length = L_MEAN[K_BITS-1:0];
            P_ROOT:             length = L_ROOT[K_BITS-1:0];
            P_LARGEST, P_KAPPA: length = 7;
            P_SEARCH:           length = L_SEARCH[K_BITS-1:0];
            default:            length = 4;
        endcase

        state_d = state_q;
        pass_d  = pass_q;
        index_d = index_q;
        k_d     = k_q - {{K_BITS-1{1'b0}}, 1'b1};
        case (state_q)
            S_IDLE: begin
                pass_d  = P_ENTRY;
                index_d = 5'd0;
                if (start_i) state_d = S_SCAN;
            end
            S_SCAN: begin
                index_d = index_q + 5'd1;
                if (index_q == count_i) state_d = S_ALIGN;
            end
            S_ALIGN: begin
                index_d = 5'd0;
                state_d = S_FIND;
            end
            S_FIND: begin
                k_d = length;
                if (match) state_d = S_RUN;
            end
            S_LOAD: begin
                k_d     = pass_q == P_KAPPA && kappa_shift != {M{1'b0}}
                        ? {{K_BITS-M{1'b0}}, kappa_shift} - {{K_BITS-1{1'b0}}, 1'b1} : length;
                state_d = pass_q == P_KAPPA && kappa_shift != {M{1'b0}} ? S_SHIFT : S_RUN;
            end
            S_SHIFT: if (k_last) begin
                k_d     = length;
                state_d = S_RUN;
            end
            default: if (k_last && pass_q != P_ENTRY) begin // S_RUN
                pass_d  = pass_q + 4'd1;
                state_d = pass_q == P_SEARCH ? S_IDLE : S_LOAD;
            end
        endcase
        if (advance) begin
            index_d = index_q + 5'd1;
            state_d = !last ? S_FIND : e_q == e_max_q ? S_LOAD : S_ALIGN;
            pass_d  = last && e_q == e_max_q ? P_COUNT : P_ENTRY;
        end
    end

    // ---- wide registers ------------------------------------------------------------------------
    always @* begin
        acc_d = acc_q;
        if (state_q == S_IDLE) acc_d = {W{1'b0}};
        else if (state_q == S_ALIGN) acc_d = {acc_q[W-3:0], 2'b00};
        else if (load ? scale || pass_q == P_LARGEST : run && pass_q != P_SEARCH && (pass_q != P_ROOT || no_borrow))
            acc_d = total[W-1:0];

        op_d = op_q;
        if (match) op_d = {{W-2*N-1{1'b0}}, hist_gamma_i, {N{1'b0}}};
        else if (load)
            case (pass_q)
                P_MEAN:    op_d = {{W-2*S_BITS+1{1'b0}}, sum_q, {S_BITS-1{1'b0}}};
                P_ROOT:    op_d = {W{1'b0}};
                P_LARGEST: op_d = {{W-F-8{1'b0}}, largest_q, 7'b0};
                P_KAPPA:   op_d = {{W-E_MAX-20{1'b0}}, gamma_i, {E_MAX+7{1'b0}}};
                P_SEARCH:  op_d = {{W-P_MAX-5{1'b0}}, count_i, {P_MAX{1'b0}}};
                default:   op_d = {acc_q[W-5:0], 4'b0000};
            endcase
        else if (run || state_q == S_SHIFT) op_d = {1'b0, op_q[W-1:1]} | (one_hot & {W{no_borrow}});

        mult_d = mult_q;
        if (match) mult_d = hist_gamma_i;
        else if (load)
            case (pass_q)
                P_LARGEST, P_KAPPA: mult_d = {n_alpha, {N-7{1'b0}}};
                P_COUNT:            mult_d = {count_i, {N-4{1'b0}}};
                P_BETA2, P_BETA2-1: mult_d = {1'b0, beta_i, {N-4{1'b0}}};
                default:            mult_d = {1'b0, alpha_i, {N-4{1'b0}}};
            endcase
        else if (run) mult_d = {mult_q[N-1:0], 1'b0};
    end

    always @(posedge clk_i) begin
        if (!rst_ni || abort_i) state_q <= S_IDLE;
        else state_q <= state_d;
        pass_q  <= pass_d;
        k_q     <= k_d;
        index_q <= index_d;
        acc_q   <= acc_d;
        op_q    <= op_d;
        mult_q  <= mult_d;

        if (state_q == S_IDLE) sum_q <= {S_BITS{1'b0}};
        else if (match) sum_q <= sum_q + {{S_BITS-N-1{1'b0}}, hist_gamma_i};
        else if (state_q == S_ALIGN || (run && pass_q == P_MEAN)) sum_q <= {sum_q[S_BITS-2:0], 1'b0};

        if (state_q == S_IDLE) largest_q <= {F+1{1'b0}};
        else if (match && {{F-N{1'b0}}, hist_gamma_i} > largest_q) largest_q <= {{F-N{1'b0}}, hist_gamma_i};
        else if (state_q == S_ALIGN) largest_q <= {largest_q[F-1:0], 1'b0};

        if (state_q == S_IDLE) e_min_q <= {M{1'b1}};
        else if (hist_first_o && hist_exp_i < e_min_q) e_min_q <= hist_exp_i;
        if (state_q == S_IDLE) e_max_q <= {M{1'b0}};
        else if (hist_first_o && hist_exp_i > e_max_q) e_max_q <= hist_exp_i;
        if (state_q == S_ALIGN) e_q <= index_q > count_i ? e_min_q : e_q + {{M-1{1'b0}}, 1'b1};

        if (load && pass_q == P_LARGEST) above_q <= strict_i || acc_q != {W{1'b0}};
        if (load && pass_q == P_SEARCH) begin
            zero_q <= acc_q == {W{1'b0}};
            exp_q  <= $signed({2'b00, e_max_q}) - E_MAX - 12;    // N - 1 + e_max - p for p = P_MAX + 1
        end else if (run && pass_q == P_SEARCH && !no_borrow) exp_q <= exp_q + 1;
    end

    assign hist_re_o    = (state_q == S_SCAN && index_q != count_i) || state_q == S_ALIGN || advance;
    assign hist_index_o = state_q == S_ALIGN ? 4'd0 : state_q == S_SCAN ? index_q[3:0] : index_d[3:0];
    assign hist_first_o = state_q == S_SCAN && index_q != 5'd0;
    assign done_o       = run && pass_q == P_SEARCH && k_last;
    assign exp_o        = zero_q || exp_q < 0 ? {M{1'b0}} : exp_q > E_MAX ? {M{1'b1}} : exp_q[M-1:0];
endmodule
`default_nettype wire
