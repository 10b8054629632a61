#pragma once
#include <png.h>
#include <string.h>

// Swift sees neither macros that cast nor structures that must be cleared first.

/// Reads the header of a PNG file that lies in memory; 0 when it is none.
static inline int mlops_png_begin(png_image *image, const void *bytes, size_t count) {
    memset(image, 0, sizeof *image);
    image->version = PNG_IMAGE_VERSION;
    return png_image_begin_read_from_memory(image, bytes, count);
}

/// Reads the pixels as red, green, blue and alpha, eight bits each; 0 when they are damaged.
static inline int mlops_png_finish(png_image *image, void *pixels) {
    image->format = PNG_FORMAT_RGBA;
    return png_image_finish_read(image, NULL, pixels, 0, NULL);
}

/// Whether the header promises shades of gray only.
static inline int mlops_png_is_gray(const png_image *image) { return (image->format & PNG_FORMAT_FLAG_COLOR) == 0; }
