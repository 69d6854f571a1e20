/* SPDX-License-Identifier: MIT */
/* `gsmflash image`: what an image is, and what its update will take. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>

#include "gsmflash/crc16.h"
#include "gsmflash/protocol.h"
#include "tool/arguments.h"
#include "tool/commands.h"
#include "tool/exit_status.h"
#include "tool/image_file.h"

static const char help[] =
    "usage: gsmflash image FILE [options]\n"
    "\n"
    "Prints the size of an image, its check sums, and the packets and the time an update takes.\n"
    "\n"
    "      --mtu N     the longest frame that the module takes (1024)\n"
    "  -b, --baud N    the rate of the line (115200)\n"
    "      --json      the same as a JSON object\n"
    "  -h, --help      this text\n";

enum option_key {
    OPTION_MTU = 256,
    OPTION_JSON,
};

static const struct option long_options[] = {
    {"mtu", required_argument, NULL, OPTION_MTU},
    {"baud", required_argument, NULL, 'b'},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct image_options {
    uint32_t mtu;
    uint32_t baud;
    bool json;
    bool help;
};

struct figures {
    uint32_t block_bytes;
    uint32_t packets;
    uint64_t wire_bytes; /* both ways, from BEGIN to RUN's answer */
    double seconds;
};

static struct figures calculate(const struct image_file *image, const struct image_options *options)
{
    enum {
        COMMANDS_BYTES = 11 + 11 + 7 + 9 + 7 + 9, /* BEGIN, END, RUN, and their answers */
        BITS_PER_BYTE = 10,
    };
    struct figures figures;
    figures.block_bytes = (options->mtu - GSMFLASH_DATA_OVERHEAD) & ~UINT32_C(1);
    figures.packets = image->size / figures.block_bytes + (image->size % figures.block_bytes != 0);
    figures.wire_bytes =
        COMMANDS_BYTES + (uint64_t)image->size +
        figures.packets * (uint64_t)(GSMFLASH_DATA_OVERHEAD + GSMFLASH_ANSWER_BYTES);
    figures.seconds = (double)(figures.wire_bytes * BITS_PER_BYTE) / options->baud;
    return figures;
}

static void print_text(const struct image_file *image, const struct image_options *options)
{
    const struct figures figures = calculate(image, options);
    char sha256[SHA256_HEX_BYTES];
    sha256_to_hex(image->sha256, sha256);
    printf("size     %lu bytes\n", (unsigned long)image->size);
    printf("crc16    %04X\n", gsmflash_crc16(0, image->data, image->size));
    printf("sha256   %s\n", sha256);
    printf("packets  %lu of up to %lu bytes (MTU %lu)\n", (unsigned long)figures.packets,
           (unsigned long)figures.block_bytes, (unsigned long)options->mtu);
    printf("time     %.1f s at %lu baud\n", figures.seconds, (unsigned long)options->baud);
}

static void print_json(const struct image_file *image, const struct image_options *options)
{
    const struct figures figures = calculate(image, options);
    char crc16[5];
    char sha256[SHA256_HEX_BYTES];
    snprintf(crc16, sizeof crc16, "%04X", gsmflash_crc16(0, image->data, image->size));
    sha256_to_hex(image->sha256, sha256);
    json_t *object =
        json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:f}", "bytes", (json_int_t)image->size,
                  "crc16", crc16, "sha256", sha256, "mtu", (json_int_t)options->mtu, "packets",
                  (json_int_t)figures.packets, "wire_bytes", (json_int_t)figures.wire_bytes, "baud",
                  (json_int_t)options->baud, "seconds", figures.seconds);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static int parse(struct image_options *options, int argc, char **argv)
{
    int key;
    int status = STATUS_DONE;
    *options = (struct image_options){.mtu = 1024, .baud = GSMFLASH_BAUD};
    opterr = 0;
    while (status == STATUS_DONE &&
           (key = getopt_long(argc, argv, ":b:h", long_options, NULL)) != -1) {
        if (key == OPTION_MTU)
            status = number_option("image", "--mtu", optarg, GSMFLASH_MTU_MIN, UINT16_MAX,
                                   &options->mtu);
        else if (key == 'b')
            status = number_option("image", "--baud", optarg, 1, UINT32_MAX, &options->baud);
        else if (key == OPTION_JSON)
            options->json = true;
        else if (key == 'h')
            options->help = true;
        else
            status = option_error("image", key, argv);
    }
    if (status == STATUS_DONE && !options->help && optind + 1 != argc)
        status = usage_error("image", "give one file");
    return status;
}

int image_main(int argc, char **argv)
{
    struct image_options options;
    struct image_file image;
    struct problem problem;
    int status = parse(&options, argc, argv);
    if (status != STATUS_DONE)
        return status;
    if (options.help) {
        fputs(help, stdout);
        return STATUS_DONE;
    }
    if (!image_file_open(&image, argv[optind], &problem)) {
        fprintf(stderr, "gsmflash: %s\n", problem.text);
        return STATUS_NOT_OPENED;
    }
    if (options.json)
        print_json(&image, &options);
    else
        print_text(&image, &options);
    image_file_close(&image);
    return STATUS_DONE;
}
