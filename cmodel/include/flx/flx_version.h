/* flx_version.h - the version of library, programs and flx.pc: here and nowhere else. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_VERSION_H
#define FLX_VERSION_H

#define FLX_VERSION "0.1.0"

#endif
