/* SPDX-License-Identifier: MIT */
/* What a fuzzer hands in, taken byte after byte; past its end it is all zeros. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *data;
    size_t size;
};

static inline bool input_left(const struct input *input)
{
    return input->size != 0;
}

static inline uint8_t input_byte(struct input *input)
{
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

static inline uint32_t input_word(struct input *input)
{
    uint32_t word = 0;

    for (int i = 0; i < 4; i++) {
        word = word << 8 | input_byte(input);
    }
    return word;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
