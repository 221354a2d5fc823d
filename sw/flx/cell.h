/* cell.h - a name in a column of a table. Twin: cmodel/trace/flx_text.h */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_CELL_H
#define FLX_CELL_H

enum { FLX_CELL_BYTES = 128 };

/* Plain text as it fills `columns` columns of a terminal, with blanks behind it: cut between characters, a wide one counts as two, an accent as none. "-" if it is
 * empty. */
const char *flx_cell(const char *text, int columns, char out[FLX_CELL_BYTES]);

#endif
