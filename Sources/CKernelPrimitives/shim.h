#pragma once
#include <linux/futex.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Vectors of 16 floats, for the kernels: what Swift's generic SIMD types compile to loops over elements is here one
// instruction or a few. Every function gives the same bits on every processor, so nothing may be fused but what says
// `fma`: contraction, which clang switches on by default, is off.
#pragma STDC FP_CONTRACT OFF
#pragma clang assume_nonnull begin

#define MLOPS_PRIMITIVE static inline __attribute__((always_inline))

typedef float vector_float __attribute__((ext_vector_type(16)));
typedef int32_t vector_int __attribute__((ext_vector_type(16)));
typedef uint32_t vector_uint __attribute__((ext_vector_type(16)));
typedef float vector_float8 __attribute__((ext_vector_type(8)));
typedef double vector_double __attribute__((ext_vector_type(16)));
typedef float vector_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef float vector_unaligned8 __attribute__((ext_vector_type(8), aligned(4)));

// Memory and lanes.

MLOPS_PRIMITIVE vector_float vector_load(const float *source) { return *(const vector_unaligned *)source; }
MLOPS_PRIMITIVE void vector_store(float *target, vector_float value) { *(vector_unaligned *)target = value; }
/// Stores the first `count` lanes, at most all.
///
/// One or two instructions where the processor has them: a loop would keep the sums around it out of the registers.
MLOPS_PRIMITIVE void vector_store_first(float *target, intptr_t count, vector_float value) {
#if defined(__AVX512F__)
    unsigned mask = count >= 16 ? 0xFFFFu : (1u << count) - 1;
    __builtin_ia32_storeups512_mask(
        (float __attribute__((vector_size(64))) *)target, (float __attribute__((vector_size(64))))value,
        (unsigned short)mask);
#elif defined(__AVX__)
    const vector_int lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    vector_int mask = lane < (int32_t)(count > 16 ? 16 : count);
    typedef float wide_float __attribute__((vector_size(32)));
    typedef int32_t wide_int __attribute__((vector_size(32)));
    __builtin_ia32_maskstoreps256((wide_float *)target, (wide_int)mask.lo, (wide_float)value.lo);
    __builtin_ia32_maskstoreps256((wide_float *)(target + 8), (wide_int)mask.hi, (wide_float)value.hi);
#else
    if (count >= 16) {
        vector_store(target, value);
        return;
    }
    for (int lane = 0; lane < count; lane++) target[lane] = value[lane];
#endif
}

/// The same of whole numbers, all lanes.
MLOPS_PRIMITIVE vector_int vector_load_numbers(const int32_t *source) {
    vector_int value;
    memcpy(&value, source, sizeof value);
    return value;
}
MLOPS_PRIMITIVE void vector_store_numbers(int32_t *target, vector_int value) { memcpy(target, &value, sizeof value); }
MLOPS_PRIMITIVE vector_int vector_splat_number(int32_t value) { return (vector_int)value; }
MLOPS_PRIMITIVE vector_int vector_add_number(vector_int a, int32_t b) { return a + b; }
/// `start`, `start + step`, and so on.
MLOPS_PRIMITIVE vector_int vector_sequence(int32_t start, int32_t step) {
    const vector_int lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lane * step + start;
}
MLOPS_PRIMITIVE vector_float vector_splat(float value) { return (vector_float)value; }
MLOPS_PRIMITIVE void memory_prefetch(const float *address) { __builtin_prefetch(address, 1, 3); }

/// The value in the first `count` lanes, and `other` in the rest.
MLOPS_PRIMITIVE vector_float vector_first(int32_t count, vector_float value, vector_float other) {
    const vector_int lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lane < count ? value : other;
}

/// A bit for each lane that is not zero, from the lowest bit on.
MLOPS_PRIMITIVE uint32_t vector_nonzero_lanes(vector_float v) {
    typedef _Bool vector_bool __attribute__((ext_vector_type(16)));
    vector_bool lanes = __builtin_convertvector(v != 0, vector_bool);
    uint16_t bits;
    memcpy(&bits, &lanes, sizeof bits);
    return bits;
}

/// Stores the lanes whose bits are set one behind the other, with a number for each, and returns how many there are.
///
/// There must be room for all 16.
MLOPS_PRIMITIVE intptr_t vector_pack(
    float *target, int32_t *numbers, uint32_t lanes, vector_float value, vector_int number) {
#if defined(__AVX512F__)
    typedef float wide_float __attribute__((vector_size(64)));
    typedef int32_t wide_int __attribute__((vector_size(64)));
    // In a register first: compressing straight to memory is slow on some processors.
    wide_float values = __builtin_ia32_compresssf512_mask((wide_float)value, (wide_float){}, (unsigned short)lanes);
    wide_int packed = __builtin_ia32_compresssi512_mask((wide_int)number, (wide_int){}, (unsigned short)lanes);
    vector_store(target, (vector_float)values);
    vector_store_numbers(numbers, (vector_int)packed);
    return __builtin_popcount(lanes);
#else
    intptr_t count = 0;
    for (; lanes != 0; lanes &= lanes - 1) {
        int lane = __builtin_ctz(lanes);
        target[count] = value[lane];
        numbers[count] = number[lane];
        count++;
    }
    return count;
#endif
}

/// A bit for each lane that has the number.
MLOPS_PRIMITIVE uint32_t vector_lanes_of_number(vector_int v, int32_t number) {
    typedef _Bool vector_bool __attribute__((ext_vector_type(16)));
    vector_bool lanes = __builtin_convertvector(v == (vector_int)number, vector_bool);
    uint16_t bits;
    memcpy(&bits, &lanes, sizeof bits);
    return bits;
}

/// 1 in the given lane, 0 in the others; no lane when the number is out of range.
MLOPS_PRIMITIVE vector_float vector_one_hot(int32_t index) {
    const vector_int lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lane == index ? (vector_float)1.0f : (vector_float)0.0f;
}

/// The sum of the lanes, always in the order of this tree.
MLOPS_PRIMITIVE float vector_sum(vector_float v) {
    __typeof__(v.lo) a = v.lo + v.hi;
    __typeof__(a.lo) b = a.lo + a.hi;
    __typeof__(b.lo) c = b.lo + b.hi;
    return c.x + c.y;
}

/// The lanes in double precision, without loss.
MLOPS_PRIMITIVE vector_double vector_double_of(vector_float v) { return __builtin_convertvector(v, vector_double); }
MLOPS_PRIMITIVE vector_double vector_double_splat(double value) { return (vector_double)value; }
MLOPS_PRIMITIVE vector_double vector_double_fma(vector_double a, vector_double b, vector_double c) {
    return __builtin_elementwise_fma(a, b, c);
}
MLOPS_PRIMITIVE double vector_double_sum(vector_double v) {
    __typeof__(v.lo) a = v.lo + v.hi;
    __typeof__(a.lo) b = a.lo + a.hi;
    __typeof__(b.lo) c = b.lo + b.hi;
    return c.x + c.y;
}

// Arithmetic. The comparisons are written so that a NaN in the first operand comes through: a network that has
// diverged must show it.

/// `a * b + c`, rounded once; the baseline computes it in software.
MLOPS_PRIMITIVE vector_float vector_fma(vector_float a, vector_float b, vector_float c) {
    return __builtin_elementwise_fma(a, b, c);
}
MLOPS_PRIMITIVE vector_float vector_sqrt(vector_float a) { return __builtin_elementwise_sqrt(a); }
MLOPS_PRIMITIVE vector_float vector_abs(vector_float a) { return __builtin_elementwise_abs(a); }
MLOPS_PRIMITIVE vector_float vector_max(vector_float a, vector_float b) { return a < b ? b : a; }
MLOPS_PRIMITIVE vector_float vector_min(vector_float a, vector_float b) { return a > b ? b : a; }

/// `x` where `a == b`, otherwise `y`.
MLOPS_PRIMITIVE vector_float vector_where_equal(vector_float a, vector_float b, vector_float x, vector_float y) {
    return a == b ? x : y;
}

/// `x` where `a > b`, otherwise `y`.
MLOPS_PRIMITIVE vector_float vector_where_greater(vector_float a, vector_float b, vector_float x, vector_float y) {
    return a > b ? x : y;
}

/// The same of whole numbers.
MLOPS_PRIMITIVE vector_int vector_number_where_greater(vector_float a, vector_float b, vector_int x, vector_int y) {
    return a > b ? x : y;
}

/// `x` where the number is `wanted`, otherwise zero.
MLOPS_PRIMITIVE vector_float vector_where_number(vector_int number, int32_t wanted, vector_float x) {
    return number == (vector_int)wanted ? x : (vector_float)0.0f;
}

/// The largest lane.
MLOPS_PRIMITIVE float vector_largest(vector_float v) {
    __typeof__(v.lo) a = v.lo < v.hi ? v.hi : v.lo;
    __typeof__(a.lo) b = a.lo < a.hi ? a.hi : a.lo;
    __typeof__(b.lo) c = b.lo < b.hi ? b.hi : b.lo;
    return c.x < c.y ? c.y : c.x;
}

// Functions, each accurate to a few units in the last place of a float. The polynomials of exp, log and tanh are those
// of the Cephes library (Moshier); the rational approximation of erf is Eigen's.

/// e to the power of `x`, for `x` clamped to -87.3 ... 88.
MLOPS_PRIMITIVE vector_float vector_exp(vector_float x) {
    vector_float clamped = vector_min(vector_max(x, (vector_float)-87.33654f), (vector_float)88.0f);
    // Adding 1.5 * 2^23 rounds to a whole number, and leaves it in the low bits.
    vector_float shifted = vector_fma(clamped, (vector_float)1.44269504088896341f, (vector_float)12582912.0f);
    vector_float n = shifted - 12582912.0f;
    vector_float r = vector_fma(n, (vector_float)-0.693359375f, clamped);
    r = vector_fma(n, (vector_float)2.12194440e-4f, r);
    vector_float p = (vector_float)1.9875691500e-4f;
    p = vector_fma(p, r, (vector_float)1.3981999507e-3f);
    p = vector_fma(p, r, (vector_float)8.3334519073e-3f);
    p = vector_fma(p, r, (vector_float)4.1665795894e-2f);
    p = vector_fma(p, r, (vector_float)1.6666665459e-1f);
    p = vector_fma(p, r, (vector_float)5.0000001201e-1f);
    p = vector_fma(p, r * r, r + 1.0f);
    vector_float result = (vector_float)((vector_int)p + ((vector_int)shifted << 23));
    return x == x ? result : x;
}

/// The natural logarithm of positive normal numbers; infinity and NaN stay what they are.
MLOPS_PRIMITIVE vector_float vector_log(vector_float x) {
    // The mantissa is brought to sqrt(1/2) ... sqrt(2).
    vector_int exponent = ((vector_int)x - 0x3f3504f3) >> 23;
    vector_float f = (vector_float)((vector_int)x - (exponent << 23)) - 1.0f;
    vector_float n = __builtin_convertvector(exponent, vector_float);
    vector_float z = f * f;
    vector_float p = (vector_float)7.0376836292e-2f;
    p = vector_fma(p, f, (vector_float)-1.1514610310e-1f);
    p = vector_fma(p, f, (vector_float)1.1676998740e-1f);
    p = vector_fma(p, f, (vector_float)-1.2420140846e-1f);
    p = vector_fma(p, f, (vector_float)1.4249322787e-1f);
    p = vector_fma(p, f, (vector_float)-1.6668057665e-1f);
    p = vector_fma(p, f, (vector_float)2.0000714765e-1f);
    p = vector_fma(p, f, (vector_float)-2.4999993993e-1f);
    p = vector_fma(p, f, (vector_float)3.3333331174e-1f);
    vector_float y = p * f * z;
    y = vector_fma(n, (vector_float)-2.12194440e-4f, y);
    y = vector_fma(z, (vector_float)-0.5f, y);
    vector_float result = vector_fma(n, (vector_float)0.693359375f, f + y);
    return x < __builtin_inff() ? result : x;
}

/// log(1 + x) for `x` in 0 ... 1, accurate for small `x` too (Kahan's correction of the rounded sum).
MLOPS_PRIMITIVE vector_float vector_log1p(vector_float x) {
    vector_float u = 1.0f + x;
    vector_float d = u - 1.0f;
    return d == 0.0f ? x : vector_log(u) * (x / d);
}

MLOPS_PRIMITIVE vector_float vector_sigmoid(vector_float x) { return 1.0f / (1.0f + vector_exp(-x)); }

MLOPS_PRIMITIVE vector_float vector_tanh(vector_float x) {
    vector_float large = 1.0f - 2.0f / (1.0f + vector_exp(x + x));
    vector_float z = x * x;
    vector_float p = (vector_float)-5.70498872745e-3f;
    p = vector_fma(p, z, (vector_float)2.06390887954e-2f);
    p = vector_fma(p, z, (vector_float)-5.37397155531e-2f);
    p = vector_fma(p, z, (vector_float)1.33314422036e-1f);
    p = vector_fma(p, z, (vector_float)-3.33332819422e-1f);
    vector_float small = vector_fma(p * z, x, x);
    return z < 0.390625f ? small : large;
}

/// log(1 + e^x).
MLOPS_PRIMITIVE vector_float vector_softplus(vector_float x) {
    return vector_max(x, (vector_float)0.0f) + vector_log1p(vector_exp(-vector_abs(x)));
}

/// The error function.
MLOPS_PRIMITIVE vector_float vector_erf(vector_float value) {
    vector_float x = vector_min(vector_max(value, (vector_float)-4.0f), (vector_float)4.0f);
    vector_float z = x * x;
    vector_float p = (vector_float)-2.72614225801306e-10f;
    p = vector_fma(p, z, (vector_float)2.77068142495902e-08f);
    p = vector_fma(p, z, (vector_float)-2.10102402082508e-06f);
    p = vector_fma(p, z, (vector_float)-5.69250639462346e-05f);
    p = vector_fma(p, z, (vector_float)-7.34990630326855e-04f);
    p = vector_fma(p, z, (vector_float)-2.95459980854025e-03f);
    p = vector_fma(p, z, (vector_float)-1.60960333262415e-02f);
    vector_float q = (vector_float)-1.45660718464996e-05f;
    q = vector_fma(q, z, (vector_float)-2.13374055278905e-04f);
    q = vector_fma(q, z, (vector_float)-1.68282697438203e-03f);
    q = vector_fma(q, z, (vector_float)-7.37332916720468e-03f);
    q = vector_fma(q, z, (vector_float)-1.42647390514189e-02f);
    return x * p / q;
}

/// Keeps, scaled, the lanes whose random number reaches the threshold, and sets the others to zero.
///
/// The random number is a function of key and counter: a murmur3-style finalizer, twice.
MLOPS_PRIMITIVE vector_float vector_dropout(
    vector_float value, uint32_t counter, uint64_t key, uint32_t threshold, float scale) {
    const vector_uint lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    vector_uint h = (lane + counter) ^ (uint32_t)key;
    h = (h ^ (h >> 16)) * 0x7feb352du;
    h = (h ^ (h >> 15)) * 0x846ca68bu;
    h = (h ^ (h >> 16)) + (uint32_t)(key >> 32);
    h = (h ^ (h >> 16)) * 0x85ebca6bu;
    h = (h ^ (h >> 13)) * 0xc2b2ae35u;
    h = h ^ (h >> 16);
    return h >= threshold ? value * scale : (vector_float)0.0f;
}

/// Transposes a block of 8 x 8 between memory with two row lengths.
MLOPS_PRIMITIVE void transpose_8x8(const float *source, intptr_t source_row, float *target, intptr_t target_row) {
#define MLOPS_ROW(i) *(const vector_unaligned8 *)(source + i * source_row)
#define MLOPS_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define MLOPS_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define MLOPS_EVEN(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define MLOPS_ODD(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define MLOPS_FIRST(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define MLOPS_LAST(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
    vector_float8 r0 = MLOPS_ROW(0), r1 = MLOPS_ROW(1), r2 = MLOPS_ROW(2), r3 = MLOPS_ROW(3);
    vector_float8 r4 = MLOPS_ROW(4), r5 = MLOPS_ROW(5), r6 = MLOPS_ROW(6), r7 = MLOPS_ROW(7);
    vector_float8 a0 = MLOPS_LOW(r0, r1), a1 = MLOPS_HIGH(r0, r1), a2 = MLOPS_LOW(r2, r3), a3 = MLOPS_HIGH(r2, r3);
    vector_float8 a4 = MLOPS_LOW(r4, r5), a5 = MLOPS_HIGH(r4, r5), a6 = MLOPS_LOW(r6, r7), a7 = MLOPS_HIGH(r6, r7);
    vector_float8 b0 = MLOPS_EVEN(a0, a2), b1 = MLOPS_ODD(a0, a2), b2 = MLOPS_EVEN(a1, a3), b3 = MLOPS_ODD(a1, a3);
    vector_float8 b4 = MLOPS_EVEN(a4, a6), b5 = MLOPS_ODD(a4, a6), b6 = MLOPS_EVEN(a5, a7), b7 = MLOPS_ODD(a5, a7);
#undef MLOPS_ROW
#define MLOPS_ROW(i) *(vector_unaligned8 *)(target + i * target_row)
    MLOPS_ROW(0) = MLOPS_FIRST(b0, b4);
    MLOPS_ROW(1) = MLOPS_FIRST(b1, b5);
    MLOPS_ROW(2) = MLOPS_FIRST(b2, b6);
    MLOPS_ROW(3) = MLOPS_FIRST(b3, b7);
    MLOPS_ROW(4) = MLOPS_LAST(b0, b4);
    MLOPS_ROW(5) = MLOPS_LAST(b1, b5);
    MLOPS_ROW(6) = MLOPS_LAST(b2, b6);
    MLOPS_ROW(7) = MLOPS_LAST(b3, b7);
#undef MLOPS_ROW
}

// What the kernels are told. Plain memory, so that no Swift type is shared between the modules.

/// A Dense layer. The kernel lies in panels of 16 units, grouped in bands; see `Band`. Beyond the last unit it is zero.
typedef struct {
    intptr_t inputs;
    intptr_t units;
    intptr_t panels;
    float *kernel;
    /// `[panels * 16]`.
    float *bias;
} mlops_dense;

/// A window that moves over images `[height][width][channels]`, whose values lie side by side.
///
/// The zeros around an image are part of it: height and width are those of the padded image.
typedef struct {
    intptr_t height;
    intptr_t width;
    intptr_t channels;
    intptr_t kernel_height;
    intptr_t kernel_width;
    intptr_t stride_y;
    intptr_t stride_x;
    intptr_t dilation_y;
    intptr_t dilation_x;
    intptr_t output_height;
    intptr_t output_width;
    /// Zeros above and to the left of the image.
    intptr_t above;
    intptr_t left;
    /// Rows and columns of the image itself.
    intptr_t image_height;
    intptr_t image_width;
} mlops_window;

/// The gradient of a convolution's output, where each window of max pooling behind it has passed its own on to one place.
///
/// The windows do not overlap. Without pooling each is one place.
typedef struct {
    /// Moves over the convolution's output.
    mlops_window pool;
    /// `[output_height][output_width][filters]` of the pool.
    const float *values;
    /// `[output_height][output_width][panels * 16]` of the pool: how many floats the image under the chosen place begins
    /// behind that under the first place of the window; null where it is always the first.
    const int32_t *_Nullable choices;
} mlops_pooled_gradient;

/// A matrix of floats in memory: `row` floats from one row to the next.
typedef struct {
    float *start;
    intptr_t row;
} mlops_rows;

#define MLOPS_RECURRENT_SIMPLE 0
#define MLOPS_RECURRENT_LSTM 1
/// A GRU whose reset gate comes before the product with the recurrent kernel, and one where it comes after.
#define MLOPS_RECURRENT_GRU 2
#define MLOPS_RECURRENT_GRU_RESET_AFTER 3

/// A recurrent layer. Its kernels lie in panels of 16 units, `[panels][rows][gates][16]`. Beyond the last unit they are zero.
typedef struct {
    int32_t kind;
    intptr_t inputs;
    intptr_t units;
    intptr_t panels;
    intptr_t gates;
    /// `[panels][inputs][gates][16]`.
    float *kernel;
    /// `[panels][units][gates][16]`.
    float *recurrent;
    /// `[panels][1 or 2][gates][16]`; two rows where the product with the recurrent kernel has a bias of its own.
    float *bias;
    int32_t activation;
    float activation_parameter;
    int32_t gate_activation;
    float gate_activation_parameter;
} mlops_recurrent;

/// What a recurrent layer remembers of a batch, step after step: the state before the first step is zero.
///
/// `[steps + 1][rows]` of the states, `[steps][rows]` of the others; a row has a whole number of vectors.
typedef struct {
    /// Rows of the memory between one step and the next.
    intptr_t capacity;
    /// `[panels * 16]`: the outputs.
    mlops_rows state;
    /// `[panels * 16]`: the cell of an LSTM; of a GRU what the recurrent kernel gives for the candidate, or is given.
    mlops_rows cell;
    /// `[panels * gates * 16]`: the gates after their activations.
    mlops_rows gates;
    /// Likewise: the gradients before the activations.
    mlops_rows gradients;
} mlops_recurrent_memory;

#define MLOPS_UPDATE_KEEP 0
#define MLOPS_UPDATE_SGD 1
#define MLOPS_UPDATE_MOMENTUM 2
#define MLOPS_UPDATE_NESTEROV 3
#define MLOPS_UPDATE_ADAM 4
#define MLOPS_UPDATE_RMSPROP 5
#define MLOPS_UPDATE_RMSPROP_CENTERED 6

/// What becomes of a gradient: stored, or used at once to change the parameter.
///
/// The buffers have one layout, so that an offset into one is an offset into all.
typedef struct {
    int32_t rule;
    /// The learning rate; for Adam corrected for the bias of its moments.
    float rate;
    float momentum;
    float beta1;
    float beta1_complement;
    float beta2;
    float beta2_complement;
    float epsilon;
    /// What share of a weight is taken from it before the step, whatever its gradient.
    float decay;
    /// Penalties: `l1 * |w| + l2 * w * w` is added to the loss, and its slope to the gradient.
    float l1;
    float l2;
    float *parameters;
    float *first;
    float *second;
    float *third;
    float *gradients;
} mlops_update;

#define MLOPS_ACTIVATION_LINEAR 0
#define MLOPS_ACTIVATION_RELU 1
#define MLOPS_ACTIVATION_SIGMOID 2
#define MLOPS_ACTIVATION_TANH 3
#define MLOPS_ACTIVATION_LEAKY_RELU 4
#define MLOPS_ACTIVATION_ELU 5
#define MLOPS_ACTIVATION_GELU 6
#define MLOPS_ACTIVATION_GELU_TANH 7
#define MLOPS_ACTIVATION_SOFTPLUS 8

#define MLOPS_LOSS_SQUARED 0
#define MLOPS_LOSS_ABSOLUTE 1
#define MLOPS_LOSS_HUBER 2
#define MLOPS_LOSS_BINARY 3
#define MLOPS_LOSS_BINARY_LOGITS 4
#define MLOPS_LOSS_CATEGORICAL 5
#define MLOPS_LOSS_CATEGORICAL_LOGITS 6
#define MLOPS_LOSS_SPARSE 7
#define MLOPS_LOSS_SPARSE_LOGITS 8

#define MLOPS_METRIC_ABSOLUTE_ERROR 0
#define MLOPS_METRIC_BINARY_ACCURACY 1
#define MLOPS_METRIC_CATEGORICAL_ACCURACY 2
#define MLOPS_METRIC_SPARSE_ACCURACY 3

/// What a loss is computed from. One number per row in `labels`, `weights` and `losses`.
typedef struct {
    int32_t kind;
    intptr_t units;
    /// Huber's delta.
    float delta;
    /// The number by which the gradient of every row is multiplied: one over the rows of the batch.
    float scale;
    /// `[rows][units]`, padded to whole vectors: what the network gave.
    mlops_rows outputs;
    /// `[rows][units]`, likewise; for the sparse losses unused.
    mlops_rows targets;
    const int32_t *labels;
    const float *weights;
    /// `[rows][units]`, likewise: gets the gradient.
    mlops_rows gradients;
    float *losses;
} mlops_loss;

#pragma clang assume_nonnull end

// What the thread team needs of the system.

/// Sleeps while the word holds the value; returns when it was woken, or for no reason.
MLOPS_PRIMITIVE void mlops_futex_wait(int32_t *_Nonnull word, int32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, 0, 0, 0);
}

/// Wakes everyone who sleeps on the word.
MLOPS_PRIMITIVE void mlops_futex_wake(int32_t *_Nonnull word) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1 << 30, 0, 0, 0);
}

MLOPS_PRIMITIVE void mlops_pause(void) { __builtin_ia32_pause(); }
MLOPS_PRIMITIVE int32_t mlops_load_acquire(const int32_t *_Nonnull word) {
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}
MLOPS_PRIMITIVE void mlops_store_release(int32_t *_Nonnull word, int32_t value) {
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}
MLOPS_PRIMITIVE int32_t mlops_fetch_add(int32_t *_Nonnull word, int32_t value) {
    return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

#define MLOPS_CPU_WORDS 16

/// Reads the processors that the calling thread may run on, one bit each; returns the bytes written, or -1.
MLOPS_PRIMITIVE int32_t mlops_get_affinity(uint64_t *_Nonnull mask) {
    return (int32_t)syscall(SYS_sched_getaffinity, 0, MLOPS_CPU_WORDS * 8, mask);
}

/// Ties the calling thread to processors, one bit each.
MLOPS_PRIMITIVE int32_t mlops_set_affinity(const uint64_t *_Nonnull mask) {
    return (int32_t)syscall(SYS_sched_setaffinity, 0, MLOPS_CPU_WORDS * 8, mask);
}

/// The processor that the calling thread runs on at the moment, or -1.
int32_t sched_getcpu(void);

MLOPS_PRIMITIVE void mlops_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t *_Nonnull registers) {
    __asm__ volatile("cpuid"
                     : "=a"(registers[0]), "=b"(registers[1]), "=c"(registers[2]), "=d"(registers[3])
                     : "a"(leaf), "c"(subleaf));
}

/// The register files that the operating system saves: only call when CPUID reports OSXSAVE.
MLOPS_PRIMITIVE uint64_t mlops_xgetbv(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}
