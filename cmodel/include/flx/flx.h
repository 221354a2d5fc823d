/* flx.h - the golden Flexpoint model: everything in one include. Link with pkg-config flx. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLX_H
#define FLX_H

#include "flx_add.h"
#include "flx_autoflex.h"
#include "flx_cycle.h"
#include "flx_format.h"
#include "flx_gemm.h"
#include "flx_gemm_run.h"
#include "flx_host.h"
#include "flx_requant.h"
#include "flx_stats.h"
#include "flx_trace.h"

#endif
