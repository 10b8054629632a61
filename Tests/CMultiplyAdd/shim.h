#pragma once
#include <stdint.h>

// The most multiply-adds that a core can do: sixteen sums that wait for nothing but themselves, and no memory. A target
// of each function by itself lets one program measure every processor.

#define MULTIPLY_ADD_PEAK(name, lanes, instructions, constraint)                                            \
    __attribute__((target(instructions))) static inline float name(int64_t rounds) {                        \
        typedef float vector __attribute__((ext_vector_type(lanes)));                                       \
        vector sums[16], factor = (vector)0.999f, term = (vector)0.001f;                                    \
        for (int i = 0; i < 16; i++) sums[i] = (vector)(float)i;                                            \
        for (int64_t round = 0; round < rounds; round++) {                                                  \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) {                               \
                sums[i] = __builtin_elementwise_fma(sums[i], factor, term);                                 \
                __asm__ volatile("" : constraint(sums[i]));                                                 \
            }                                                                                               \
        }                                                                                                   \
        vector sum = (vector)0;                                                                             \
        for (int i = 0; i < 16; i++) sum += sums[i];                                                        \
        return sum[0];                                                                                      \
    }

/// Floating point operations of a round of ``multiply_add_v3``: 16 sums of 8 lanes, two each.
static const int64_t multiply_add_v3_operations = 16 * 8 * 2;
/// Floating point operations of a round of ``multiply_add_v4``: 16 sums of 16 lanes, two each.
static const int64_t multiply_add_v4_operations = 16 * 16 * 2;

MULTIPLY_ADD_PEAK(multiply_add_v3, 8, "avx2,fma", "+x")
MULTIPLY_ADD_PEAK(multiply_add_v4, 16, "avx512f", "+v")
