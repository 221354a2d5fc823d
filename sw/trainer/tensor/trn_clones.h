/* trn_clones.h - loops compiled for several instruction sets, the best chosen when the program starts. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRN_CLONES_H
#define TRN_CLONES_H

#if defined(__x86_64__)
#define TRN_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define TRN_CLONES
#endif

#endif
